// RSA key transport (RFC 5246 7.4.7.1): the premaster secret encrypted to the server's key. The decrypting side says in no
// way whether what came was well formed ("Bleichenbacher's attack").
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/keys.h"
#include "crypto/random.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

inline constexpr std::size_t kRsaPremasterSize = 48;

// RSAES-PKCS1-v1_5 and its limits: the key is a plain RSA key of at least 1024 bits.
bool can_transport(const PublicKey& key);

// client_version, which the ClientHello said, and 46 random bytes.
Secret rsa_premaster(std::uint16_t client_version, Random& random);

// The key is one that can_transport; the padding is drawn from `random`.
Result<Bytes> rsa_encrypt(const PublicKey& key, BytesView premaster, Random& random);

// Always 48 bytes, the first two of them `client_version`: the rest out of `encrypted`, or random where that is not the
// encryption of 48 bytes that begin with `client_version`.
Secret rsa_decrypt_premaster(const PrivateKey& key, BytesView encrypted,
                             std::uint16_t client_version, Random& random);

// The same for a block that was decrypted and not yet looked at, as long as the modulus.
Secret premaster_in_block(BytesView block, std::uint16_t client_version, Random& random);

}  // namespace stepshake::crypto
