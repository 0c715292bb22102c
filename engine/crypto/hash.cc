#include "crypto/hash.h"

#include <openssl/crypto.h>

#include <cstdlib>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

const char* name_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return "SHA2-256";
    case HashAlgorithm::sha384: return "SHA2-384";
    case HashAlgorithm::sha512: return "SHA2-512";
    case HashAlgorithm::sha1: return "SHA1";
    case HashAlgorithm::md5: return "MD5";
  }
  std::abort();
}

constexpr std::size_t kAlgorithms = 6;

// Fetched once a process: a fetch costs more than a short hash.
const EVP_MD* digest(HashAlgorithm algorithm) {
  static const auto fetched = [] {
    std::array<DigestPtr, kAlgorithms> all;
    for (std::size_t i = 1; i < all.size(); ++i) {
      all[i].reset(EVP_MD_fetch(nullptr, name_of(static_cast<HashAlgorithm>(i)), nullptr));
    }
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)].get();
}

EVP_MAC* hmac_method() {
  static const MacPtr mac(EVP_MAC_fetch(nullptr, "HMAC", nullptr));
  return mac.get();
}

// The name is only read; OSSL_PARAM has no const form of it.
OSSL_PARAM digest_parameter(HashAlgorithm algorithm) {
  return OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
                                          const_cast<char*>(name_of(algorithm)), 0);
}

// One keyed context a thread and algorithm: setting a new key is a third of making a context.
EVP_MAC_CTX* hmac_context(HashAlgorithm algorithm) {
  thread_local std::array<MacContextPtr, kAlgorithms> contexts;
  auto& context = contexts[static_cast<std::size_t>(algorithm)];
  if (!context) {
    context.reset(EVP_MAC_CTX_new(hmac_method()));
    std::array<OSSL_PARAM, 2> params = {digest_parameter(algorithm), OSSL_PARAM_construct_end()};
    EVP_MAC_CTX_set_params(context.get(), params.data());
  }
  return context.get();
}

}  // namespace

bool has(HashAlgorithm algorithm) { return digest(algorithm) != nullptr; }

std::size_t size_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return 32;
    case HashAlgorithm::sha384: return 48;
    case HashAlgorithm::sha512: return 64;
    case HashAlgorithm::sha1: return 20;
    case HashAlgorithm::md5: return 16;
  }
  std::abort();
}

Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts) {
  thread_local const DigestContextPtr context(EVP_MD_CTX_new());
  Bytes output(size_of(algorithm));
  bool ok = EVP_DigestInit_ex2(context.get(), digest(algorithm), nullptr) == 1;
  for (BytesView part : parts) {
    ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  ok = ok && EVP_DigestFinal_ex(context.get(), output.data(), nullptr) == 1;
  // A hash that libcrypto has cannot fail but for want of memory; going on with zeros would be worse.
  if (!ok) std::abort();
  return output;
}

Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts) {
  static constexpr std::uint8_t kNoKey = 0;
  EVP_MAC_CTX* context = hmac_context(algorithm);
  Secret output(size_of(algorithm));
  // A null key would mean "the key of the last time".
  const std::uint8_t* key_data = key.empty() ? &kNoKey : key.data();
  bool ok = EVP_MAC_init(context, key_data, key.size(), nullptr) == 1;
  for (BytesView part : parts) {
    ok = ok && EVP_MAC_update(context, part.data(), part.size()) == 1;
  }
  std::size_t size = output.size();
  ok = ok && EVP_MAC_final(context, output.data(), &size, output.size()) == 1;
  if (!ok) std::abort();
  return output;
}

Secret hmac_of_hidden_size(HashAlgorithm algorithm, BytesView key, BytesView header,
                           BytesView record, std::size_t size) {
  // A context of its own: it cannot be told that a second record begins.
  const MacContextPtr context(EVP_MAC_CTX_new(hmac_method()));
  std::size_t record_size = record.size();
  const std::array<OSSL_PARAM, 3> params = {
      digest_parameter(algorithm),
      OSSL_PARAM_construct_size_t(OSSL_MAC_PARAM_TLS_DATA_SIZE, &record_size),
      OSSL_PARAM_construct_end()};
  Secret output(size_of(algorithm));
  std::size_t written = output.size();
  const bool ok = EVP_MAC_init(context.get(), key.data(), key.size(), params.data()) == 1 &&
                  EVP_MAC_update(context.get(), header.data(), header.size()) == 1 &&
                  EVP_MAC_update(context.get(), record.data(), size) == 1 &&
                  EVP_MAC_final(context.get(), output.data(), &written, output.size()) == 1;
  if (!ok) std::abort();
  return output;
}

bool equal(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace stepshake::crypto
