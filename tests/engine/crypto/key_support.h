// What the tests of keys share: randomness that can be repeated, a key's public half, and digests of any length.
#pragma once

#include <openssl/evp.h>

#include <memory>

#include "crypto/keys.h"
#include "crypto/random.h"

namespace stepshake::testing {

inline crypto::Random random_of(std::uint8_t seed) {
  crypto::Entropy entropy{};
  entropy[0] = seed;
  return crypto::Random(entropy);
}

// Lives no longer than `key`.
inline crypto::PublicKey public_half(const crypto::PrivateKey& key) {
  return crypto::PublicKey(std::shared_ptr<evp_pkey_st>(key.get(), [](evp_pkey_st*) {}));
}

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Digest = std::unique_ptr<EVP_MD_CTX, FreeDigest>;

inline Bytes shake128(BytesView input, std::size_t size) {
  const Digest context(EVP_MD_CTX_new());
  Bytes out(size);
  EVP_DigestInit_ex(context.get(), EVP_shake128(), nullptr);
  EVP_DigestUpdate(context.get(), input.data(), input.size());
  EVP_DigestFinalXOF(context.get(), out.data(), out.size());
  return out;
}

}  // namespace stepshake::testing
