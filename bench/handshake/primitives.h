// The operations of libcrypto that a handshake cannot do without, each in the cheapest form that EVP has: algorithms
// fetched once, parameters and signing contexts kept.
#pragma once

#include <array>

#include "base/bytes.h"
#include "crypto/keys.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::bench {

// What is fetched once per process.
struct Library {
  Library();

  crypto::DigestPtr sha256;
  crypto::DigestPtr sha384;
  crypto::CipherPtr aes_128_gcm;
  crypto::CipherPtr aes_256_gcm;
  crypto::CipherPtr chacha20_poly1305;
  crypto::KeyContextPtr x25519;  // ready to generate
  crypto::KeyContextPtr p256;
  crypto::KeyPtr p256_parameters;
};
Library& library();

enum class Curve : std::uint8_t { x25519, p256 };

// A fresh key pair for an agreement.
struct Share {
  crypto::KeyPtr key;
  std::array<std::uint8_t, 65> point{};
  std::size_t size = 0;
};
Share generate(Curve curve);
// Of P-256, the peer's point is checked to be on the curve, once.
std::array<std::uint8_t, 32> derive(Curve curve, Share mine, const Share& peer);

using Hash256 = std::array<std::uint8_t, 32>;
Hash256 sha256(BytesView bytes);

// Signs as a handshake does (RSA: PSS), with a context that is kept with the key.
class Signer {
 public:
  explicit Signer(const crypto::PrivateKey& key);
  Bytes sign(BytesView message);

 private:
  crypto::KeyType type_;
  crypto::KeyContextPtr context_;
  crypto::DigestContextPtr ed25519_;
};

enum class RsaPadding : std::uint8_t { pss, pkcs1 };  // of handshakes, and of certificates

void verify(EVP_PKEY* key, crypto::KeyType type, BytesView message, BytesView signature,
            RsaPadding padding = RsaPadding::pss);

}  // namespace stepshake::bench
