#include "crypto/public_key_library.h"

#include <openssl/core_dispatch.h>
#include <openssl/crypto.h>
#include <openssl/provider.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

using LibraryPtr = Owned<OSSL_LIB_CTX, OSSL_LIB_CTX_free>;
using ProviderPtr = Owned<OSSL_PROVIDER, OSSL_PROVIDER_unload>;

constexpr const char* kName = "stepshake-public-keys";

// The types of KeyType that libcrypto before 3.2 has. A key of another (DH, SM2) signs neither handshakes nor, by an algorithm
// that anybody here offers, certificates.
constexpr std::array<std::string_view, 5> kTypes = {"RSA", "RSA-PSS", "EC", "ED25519", "ED448"};

// The first of an algorithm's names, "EC" of "EC:id-ecPublicKey:1.2.840.10045.2.1".
bool is_of_these_types(const OSSL_ALGORITHM& algorithm) {
  const std::string_view names = algorithm.algorithm_names;
  return std::find(kTypes.begin(), kTypes.end(), names.substr(0, names.find(':'))) != kTypes.end();
}

bool reads_public_keys(const OSSL_ALGORITHM& decoder) {
  const std::string_view properties = decoder.property_definition;
  return is_of_these_types(decoder) && properties.find("input=der") != properties.npos &&
         properties.find("structure=SubjectPublicKeyInfo") != properties.npos;
}

// The default provider, and what of it our own says. Tables of libcrypto's end with an entry of zeros.
class Original {
 public:
  Original()
      : library_(OSSL_LIB_CTX_new()), provider_(OSSL_PROVIDER_load(library_.get(), "default")) {
    if (!provider_) return;
    decoders_ = select(OSSL_OP_DECODER, reads_public_keys);
    key_types_ = select(OSSL_OP_KEYMGMT, is_of_these_types);
    const OSSL_DISPATCH* function = OSSL_PROVIDER_get0_dispatch(provider_.get());
    for (; function->function_id != 0; ++function) add(*function);
    functions_.push_back({});
  }

  [[nodiscard]] bool is_loaded() const { return provider_ != nullptr; }
  [[nodiscard]] const OSSL_DISPATCH* functions() const { return functions_.data(); }
  [[nodiscard]] void* context() const { return OSSL_PROVIDER_get0_provider_ctx(provider_.get()); }

 private:
  static const OSSL_ALGORITHM* query(void* context, int operation, int* no_cache);

  [[nodiscard]] std::vector<OSSL_ALGORITHM> select(int operation,
                                                   bool (*is_wanted)(const OSSL_ALGORITHM&)) const {
    int no_cache = 0;
    const OSSL_ALGORITHM* each =
        OSSL_PROVIDER_query_operation(provider_.get(), operation, &no_cache);
    std::vector<OSSL_ALGORITHM> selected;
    for (; each != nullptr && each->algorithm_names != nullptr; ++each) {
      if (is_wanted(*each)) selected.push_back(*each);
    }
    selected.push_back({});
    return selected;
  }

  // Ours is not torn down before the original is.
  void add(OSSL_DISPATCH function) {
    if (function.function_id == OSSL_FUNC_PROVIDER_TEARDOWN) return;
    if (function.function_id == OSSL_FUNC_PROVIDER_QUERY_OPERATION) {
      function.function = reinterpret_cast<void (*)()>(&Original::query);
    }
    functions_.push_back(function);
  }

  LibraryPtr library_;
  ProviderPtr provider_;
  std::vector<OSSL_ALGORITHM> decoders_;
  std::vector<OSSL_ALGORITHM> key_types_;
  std::vector<OSSL_DISPATCH> functions_;
};

// Never destroyed: keys of any thread, and of static objects, may outlast whatever could do it.
const Original& original() {
  static const Original* const kept = new Original;
  return *kept;
}

const OSSL_ALGORITHM* Original::query(void* /*context*/, int operation, int* no_cache) {
  *no_cache = 0;
  if (operation == OSSL_OP_DECODER) return original().decoders_.data();
  if (operation == OSSL_OP_KEYMGMT) return original().key_types_.data();
  return OSSL_PROVIDER_query_operation(original().provider_.get(), operation, no_cache);
}

int begin(const OSSL_CORE_HANDLE* /*handle*/, const OSSL_DISPATCH* /*core*/,
          const OSSL_DISPATCH** functions, void** context) {
  *functions = original().functions();
  *context = original().context();
  return 1;
}

bool remembers_decoders() { return OPENSSL_version_major() > 3 || OPENSSL_version_minor() >= 2; }

OSSL_LIB_CTX* make_library() {
  if (remembers_decoders() || !original().is_loaded()) return nullptr;
  LibraryPtr library(OSSL_LIB_CTX_new());
  if (OSSL_PROVIDER_add_builtin(library.get(), kName, begin) != 1 ||
      OSSL_PROVIDER_load(library.get(), kName) == nullptr) {
    return nullptr;
  }
  return library.release();
}

}  // namespace

ossl_lib_ctx_st* public_key_library() {
  static OSSL_LIB_CTX* const library = make_library();
  return library;
}

}  // namespace stepshake::crypto
