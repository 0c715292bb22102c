#include "crypto/mlkem.h"

#include <openssl/err.h>

#include <array>
#include <cstdlib>

#include "crypto/library.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

// Names that the headers of OpenSSL 3.0 do not have yet.
constexpr const char* kSeedParameter = "seed";     // OSSL_PKEY_PARAM_ML_KEM_SEED
constexpr const char* kMessageParameter = "ikme";  // OSSL_KEM_PARAM_IKME

// FIPS 203 8, table 3.
constexpr auto kSets = std::to_array<MlKemFacts>({
    {"ML-KEM-512", 800, 768},
    {"ML-KEM-768", 1184, 1088},
    {"ML-KEM-1024", 1568, 1568},
});

std::array<OSSL_PARAM, 2> one_parameter(const char* name, BytesView bytes) {
  // The bytes are only read; OSSL_PARAM has no const form of them.
  return {OSSL_PARAM_construct_octet_string(name, const_cast<std::uint8_t*>(bytes.data()),
                                            bytes.size()),
          OSSL_PARAM_construct_end()};
}

KeyPtr key_from_seed(MlKem set, BytesView seed) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, facts_of(set).name, nullptr));
  const auto params = one_parameter(kSeedParameter, seed);
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_keygen_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_params(context.get(), params.data()) != 1 ||
      EVP_PKEY_generate(context.get(), &key) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

KeyPtr import_public(MlKem set, BytesView encapsulation_key) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, facts_of(set).name, nullptr));
  auto params = one_parameter(OSSL_PKEY_PARAM_PUB_KEY, encapsulation_key);
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.data()) != 1) {
    return nullptr;
  }
  return KeyPtr(key);
}

Failure wrong_size(MlKem set, const char* what, std::size_t size) {
  return fail(Reason::bad_key_share, std::string(facts_of(set).name) + " " + what + " of " +
                                         std::to_string(size) + " bytes");
}

}  // namespace

const MlKemFacts& facts_of(MlKem set) { return kSets[static_cast<std::size_t>(set)]; }

bool has_mlkem(MlKem set) {
  static const auto found = [] {
    std::array<bool, kSets.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = library_has_keys(kSets[i].name);
    return all;
  }();
  return found[static_cast<std::size_t>(set)];
}

Bytes mlkem_encapsulation_key(MlKem set, BytesView seed) {
  const KeyPtr key = key_from_seed(set, seed);
  Bytes encapsulation_key(facts_of(set).encapsulation_key_size);
  std::size_t size = encapsulation_key.size();
  if (!key || EVP_PKEY_get_raw_public_key(key.get(), encapsulation_key.data(), &size) != 1 ||
      size != encapsulation_key.size()) {
    std::abort();  // a seed of the right size always has a key
  }
  return encapsulation_key;
}

Result<Encapsulated> mlkem_encapsulate(MlKem set, BytesView encapsulation_key, BytesView message) {
  // FIPS 203 7.2, type check.
  if (encapsulation_key.size() != facts_of(set).encapsulation_key_size) {
    return wrong_size(set, "encapsulation key", encapsulation_key.size());
  }
  // FIPS 203 7.2, modulus check: libcrypto imports no key with a coefficient that is not below q.
  const KeyPtr key = import_public(set, encapsulation_key);
  if (!key) {
    ERR_clear_error();
    return fail(Reason::bad_key_share,
                std::string(facts_of(set).name) + " encapsulation key out of range");
  }
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  const auto params = one_parameter(kMessageParameter, message);
  Encapsulated made{Bytes(facts_of(set).ciphertext_size), Secret(kMlKemSecretSize)};
  std::size_t ciphertext_size = made.ciphertext.size();
  std::size_t secret_size = made.shared_secret.size();
  if (EVP_PKEY_encapsulate_init(context.get(), params.data()) != 1 ||
      EVP_PKEY_encapsulate(context.get(), made.ciphertext.data(), &ciphertext_size,
                           made.shared_secret.data(), &secret_size) != 1) {
    return fail(Reason::internal_error, std::string(facts_of(set).name) + " did not encapsulate");
  }
  return made;
}

Result<Secret> mlkem_decapsulate(MlKem set, BytesView seed, BytesView ciphertext) {
  // FIPS 203 7.3, type check.
  if (ciphertext.size() != facts_of(set).ciphertext_size) {
    return wrong_size(set, "ciphertext", ciphertext.size());
  }
  const KeyPtr key = key_from_seed(set, seed);
  if (!key) return fail(Reason::internal_error, "an ML-KEM key was not made of its seed");
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  Secret shared(kMlKemSecretSize);
  std::size_t size = shared.size();
  if (EVP_PKEY_decapsulate_init(context.get(), nullptr) != 1 ||
      EVP_PKEY_decapsulate(context.get(), shared.data(), &size, ciphertext.data(),
                           ciphertext.size()) != 1) {
    return fail(Reason::internal_error, std::string(facts_of(set).name) + " did not decapsulate");
  }
  return shared;
}

}  // namespace stepshake::crypto
