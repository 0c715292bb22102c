// What a SignatureScheme is made of, and signing and checking by that, for the rules of every version.
// Private to crypto/.
#pragma once

#include <memory>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"
#include "crypto/signature.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

enum class Padding : std::uint8_t { none, pkcs1, pss };

// RFC 8446 4.2.3: RSASSA-PKCS1-v1_5 and SHA-1 are for signatures in certificates, never for a TLS 1.3 handshake's own.
enum class Use : std::uint8_t { handshake, certificates };

struct SchemeFacts {
  wire::SignatureScheme scheme;
  KeyType key;
  const char* digest;  // null: the scheme hashes for itself
  std::size_t digest_size;
  Padding padding;
  Use use = Use::handshake;
};

// Null where the scheme is not known.
const SchemeFacts* find(wire::SignatureScheme scheme);

bool is_mldsa(KeyType type);

// The key's modulus is long enough for the digest under the padding; true for other keys.
bool has_room(const SchemeFacts& facts, unsigned bits);

// In the first of the schemes that the type of key has. To begin one anew costs libcrypto a sixth of what an ECDSA
// signature does: it goes through all names that it has, and looks for type, algorithm and digest. Null where it fails.
std::shared_ptr<const evp_md_ctx_st> make_signing_context(const PublicKey& key);

Result<Bytes> sign_as(const SchemeFacts& facts, const PrivateKey& key, BytesView message,
                      Nonces nonces, Random& random);
bool verify_as(const SchemeFacts& facts, const PublicKey& key, BytesView message,
               BytesView signature);

}  // namespace stepshake::crypto
