#include "crypto/signature.h"

#include "crypto/signature_scheme.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

const SchemeFacts* find_for_handshake(SignatureScheme scheme) {
  const SchemeFacts* facts = find(scheme);
  return facts != nullptr && facts->use == Use::handshake ? facts : nullptr;
}

bool fits(const SchemeFacts* facts, KeyType type, unsigned bits) {
  return facts != nullptr && facts->key == type && has_room(*facts, bits);
}

}  // namespace

bool fits(SignatureScheme scheme, const PublicKey& key) {
  return fits(find_for_handshake(scheme), key.type(), key.bits());
}

bool fits(SignatureScheme scheme, const PrivateKey& key) {
  return fits(find_for_handshake(scheme), key.type(), key.bits());
}

Result<Bytes> sign(SignatureScheme scheme, const PrivateKey& key, BytesView message, Nonces nonces,
                   Random& random) {
  const SchemeFacts* facts = find_for_handshake(scheme);
  if (facts == nullptr) {
    return fail(Reason::internal_error, wire::shown(scheme) + " signs no handshake");
  }
  return sign_as(*facts, key, message, nonces, random);
}

bool verify(SignatureScheme scheme, const PublicKey& key, BytesView message, BytesView signature) {
  const SchemeFacts* facts = find_for_handshake(scheme);
  return facts != nullptr && verify_as(*facts, key, message, signature);
}

}  // namespace stepshake::crypto
