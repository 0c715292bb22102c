#include "crypto/signature12.h"

#include <openssl/err.h>

#include "crypto/hash.h"
#include "crypto/openssl_ptr.h"
#include "crypto/signature_scheme.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

bool is_ec(KeyType type) {
  return type == KeyType::ec_p256 || type == KeyType::ec_p384 || type == KeyType::ec_p521;
}

bool fits12(SignatureScheme scheme, KeyType type, unsigned bits) {
  const SchemeFacts* facts = find(scheme);
  // ML-DSA's code points are for TLS 1.3 alone.
  if (facts == nullptr || is_mldsa(facts->key)) return false;
  // RFC 8446 4.2.3: in TLS 1.2 the scheme does not constrain the curve.
  const bool same_type = facts->key == type || (is_ec(facts->key) && is_ec(type));
  return same_type && has_room(*facts, bits);
}

// The numbers are of no registry: these are never on the wire.
constexpr SchemeFacts kRsaBefore12 = {SignatureScheme{0}, KeyType::rsa, "MD5-SHA1", 36,
                                      Padding::pkcs1};
constexpr SchemeFacts kEcdsaBefore12 = {SignatureScheme::ecdsa_sha1, KeyType::ec_p256, "SHA1", 20,
                                        Padding::none};

const SchemeFacts* facts_before12(KeyType type, unsigned bits) {
  if (is_ec(type)) return &kEcdsaBefore12;
  return type == KeyType::rsa && has_room(kRsaBefore12, bits) ? &kRsaBefore12 : nullptr;
}

}  // namespace

bool fits12(SignatureScheme scheme, const PublicKey& key) {
  return fits12(scheme, key.type(), key.bits());
}

bool fits12(SignatureScheme scheme, const PrivateKey& key) {
  return fits12(scheme, key.type(), key.bits());
}

Result<Bytes> sign12(SignatureScheme scheme, const PrivateKey& key, BytesView message,
                     Nonces nonces, Random& random) {
  if (!fits12(scheme, key)) {
    return fail(Reason::internal_error, wire::shown(scheme) + " does not fit the key");
  }
  return sign_as(*find(scheme), key, message, nonces, random);
}

bool verify12(SignatureScheme scheme, const PublicKey& key, BytesView message,
              BytesView signature) {
  return fits12(scheme, key) && verify_as(*find(scheme), key, message, signature);
}

bool fits_before12(const PublicKey& key) {
  return facts_before12(key.type(), key.bits()) != nullptr;
}

bool fits_before12(const PrivateKey& key) {
  return facts_before12(key.type(), key.bits()) != nullptr;
}

Result<Bytes> sign_before12(const PrivateKey& key, BytesView message, Nonces nonces,
                            Random& random) {
  const SchemeFacts* facts = facts_before12(key.type(), key.bits());
  if (facts == nullptr) return fail(Reason::internal_error, "the key does not sign before TLS 1.2");
  return sign_as(*facts, key, message, nonces, random);
}

bool verify_before12(const PublicKey& key, BytesView message, BytesView signature) {
  const SchemeFacts* facts = facts_before12(key.type(), key.bits());
  return facts != nullptr && verify_as(*facts, key, message, signature);
}

bool has_hashes_before12() {
  static const bool has_both = [] {
    const DigestPtr found(EVP_MD_fetch(nullptr, "MD5-SHA1", nullptr));
    ERR_clear_error();
    return found != nullptr;
  }();
  return has_both;
}

}  // namespace stepshake::crypto
