# What every target of ours is compiled and linked with. stepshake_options is linked privately, so that
# generated code (proto/) and other people's headers are not held to our warnings.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O2 -g1 -DNDEBUG")  # -g1: backtraces with lines, and a quicker build

include(CheckPIESupported)
check_pie_supported(LANGUAGES CXX)

# Paths in debug info and __FILE__ are relative to the checkout.
add_compile_options(-ffile-prefix-map=${PROJECT_SOURCE_DIR}/=)

# Libraries that no object of ours asks for are not recorded in our binaries: gRPC's link interface names
# libssl, and the product must not (tests/structure/no_libssl.sh).
add_link_options(-Wl,--as-needed)

if(STEPSHAKE_SANITIZE)
  add_compile_options(-O1 -g1 -fsanitize=address,undefined -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
else()
  add_compile_options(-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fstack-protector-strong)
  add_link_options(-Wl,-z,relro -Wl,-z,now)
endif()
add_compile_definitions(_GLIBCXX_ASSERTIONS)

add_library(stepshake_options INTERFACE)
target_compile_options(stepshake_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # The optimiser's guesses about vectors of bytes, optionals and variants are often wrong in GCC 12 to 14.
  # The sanitizer build and clang-tidy's analyzer find the true ones.
  target_compile_options(stepshake_options INTERFACE
    -Wno-array-bounds -Wno-free-nonheap-object -Wno-maybe-uninitialized -Wno-restrict
    -Wno-stringop-overflow -Wno-stringop-overread)
  if(CMAKE_CXX_COMPILER_VERSION VERSION_GREATER_EQUAL 13)
    # GCC 13 and 14 take a reference out of a table, looked up by a temporary name, for one into the name.
    target_compile_options(stepshake_options INTERFACE -Wno-dangling-reference)
  endif()
elseif(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(stepshake_options INTERFACE -fsized-deallocation)  # on by default in GCC, and in Clang 19
endif()
