// One line per struct tells its members to the snapshot and to the printout:
//
//   struct Point { int x = 0; int y = 0; };
//   STEPSHAKE_FIELDS(Point, x, y)
//
// A structured binding takes the members apart, so that a member which the line forgets does not compile.
#pragma once

#include <string_view>
#include <tuple>
#include <type_traits>

#define STEPSHAKE_FIELDS(Type, ...)                                                 \
  inline auto fields_of(const Type& value_) {                                       \
    const auto& [__VA_ARGS__] = value_;                                             \
    return std::tie(__VA_ARGS__);                                                   \
  }                                                                                 \
  inline auto fields_of(Type& value_) {                                             \
    auto& [__VA_ARGS__] = value_;                                                   \
    return std::tie(__VA_ARGS__);                                                   \
  }                                                                                 \
  [[maybe_unused]] constexpr std::string_view field_names(const Type* /*unused*/) { \
    return #__VA_ARGS__;                                                            \
  }

// For a struct without members.
#define STEPSHAKE_NO_FIELDS(Type)                                      \
  static_assert(std::is_empty_v<Type>, #Type " has members");          \
  inline std::tuple<> fields_of(const Type& /*unused*/) { return {}; } \
  [[maybe_unused]] constexpr std::string_view field_names(const Type* /*unused*/) { return {}; }

namespace stepshake {

template <class T>
concept HasFields = requires(const T& value) {
  fields_of(value);
};

}  // namespace stepshake
