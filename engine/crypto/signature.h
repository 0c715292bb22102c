// Signatures by SignatureScheme (RFC 8446 4.2.3).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

// This build knows the scheme and the libcrypto that it runs on has it; some are for certificates only.
bool has(wire::SignatureScheme scheme);

// The key can make and check a handshake's signatures of the scheme: type, curve, and for RSA a modulus that is long
// enough. Schemes that are for certificates only (RSASSA-PKCS1-v1_5, SHA-1) fit no key.
bool fits(wire::SignatureScheme scheme, const PublicKey& key);
bool fits(wire::SignatureScheme scheme, const PrivateKey& key);

// How a signature draws its nonce or salt.
enum class Nonces : std::uint8_t {
  libcrypto,  // from libcrypto's own generator
  from_entropy,  // from the step's entropy, so that the same inputs give the same bytes: for tests only
};

// `random` serves Nonces::from_entropy. The key fits the scheme.
Result<Bytes> sign(wire::SignatureScheme scheme, const PrivateKey& key, BytesView message,
                   Nonces nonces, Random& random);

// The key fits the scheme.
bool verify(wire::SignatureScheme scheme, const PublicKey& key, BytesView message,
            BytesView signature);

}  // namespace stepshake::crypto
