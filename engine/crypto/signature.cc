#include "crypto/signature.h"

#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "crypto/library.h"
#include "crypto/openssl_ptr.h"
#include "crypto/repeatable_signature.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

enum class Padding : std::uint8_t { none, pkcs1, pss };

// RFC 8446 4.2.3: RSASSA-PKCS1-v1_5 and SHA-1 are for signatures in certificates, never for a handshake's own.
enum class Use : std::uint8_t { handshake, certificates };

struct SchemeFacts {
  SignatureScheme scheme;
  KeyType key;
  const char* digest;  // null: the scheme hashes for itself
  std::size_t digest_size;
  Padding padding;
  Use use = Use::handshake;
};

using enum SignatureScheme;
constexpr auto kSchemes = std::to_array<SchemeFacts>({
    {ecdsa_secp256r1_sha256, KeyType::ec_p256, "SHA2-256", 32, Padding::none},
    {ecdsa_secp384r1_sha384, KeyType::ec_p384, "SHA2-384", 48, Padding::none},
    {ecdsa_secp521r1_sha512, KeyType::ec_p521, "SHA2-512", 64, Padding::none},
    {rsa_pss_rsae_sha256, KeyType::rsa, "SHA2-256", 32, Padding::pss},
    {rsa_pss_rsae_sha384, KeyType::rsa, "SHA2-384", 48, Padding::pss},
    {rsa_pss_rsae_sha512, KeyType::rsa, "SHA2-512", 64, Padding::pss},
    {rsa_pss_pss_sha256, KeyType::rsa_pss, "SHA2-256", 32, Padding::pss},
    {rsa_pss_pss_sha384, KeyType::rsa_pss, "SHA2-384", 48, Padding::pss},
    {rsa_pss_pss_sha512, KeyType::rsa_pss, "SHA2-512", 64, Padding::pss},
    {ed25519, KeyType::ed25519, nullptr, 0, Padding::none},
    {ed448, KeyType::ed448, nullptr, 0, Padding::none},
    {mldsa44, KeyType::mldsa44, nullptr, 0, Padding::none},
    {mldsa65, KeyType::mldsa65, nullptr, 0, Padding::none},
    {mldsa87, KeyType::mldsa87, nullptr, 0, Padding::none},
    {rsa_pkcs1_sha256, KeyType::rsa, "SHA2-256", 32, Padding::pkcs1, Use::certificates},
    {rsa_pkcs1_sha384, KeyType::rsa, "SHA2-384", 48, Padding::pkcs1, Use::certificates},
    {rsa_pkcs1_sha512, KeyType::rsa, "SHA2-512", 64, Padding::pkcs1, Use::certificates},
    {rsa_pkcs1_sha1, KeyType::rsa, "SHA1", 20, Padding::pkcs1, Use::certificates},
    // Before TLS 1.3 the curve was not the scheme's: any will do, and P-256 stands for them.
    {ecdsa_sha1, KeyType::ec_p256, "SHA1", 20, Padding::none, Use::certificates},
});

const SchemeFacts* find(SignatureScheme scheme) {
  const auto* row = std::find_if(kSchemes.begin(), kSchemes.end(),
                                 [&](const auto& each) { return each.scheme == scheme; });
  return row == kSchemes.end() ? nullptr : row;
}

const SchemeFacts* find_for_handshake(SignatureScheme scheme) {
  const SchemeFacts* facts = find(scheme);
  return facts != nullptr && facts->use == Use::handshake ? facts : nullptr;
}

const char* library_name(KeyType type) {
  switch (type) {
    case KeyType::rsa: return "RSA";
    case KeyType::rsa_pss: return "RSA-PSS";
    case KeyType::ec_p256:
    case KeyType::ec_p384:
    case KeyType::ec_p521: return "EC";
    case KeyType::ed25519: return "ED25519";
    case KeyType::ed448: return "ED448";
    case KeyType::mldsa44: return "ML-DSA-44";
    case KeyType::mldsa65: return "ML-DSA-65";
    case KeyType::mldsa87: return "ML-DSA-87";
    case KeyType::unsupported: break;
  }
  return "";
}

bool fits(const SchemeFacts* facts, KeyType type, unsigned bits) {
  if (facts == nullptr || facts->key != type) return false;
  // RFC 8017 9.1.1: digest, salt and two bytes have to fit into the encoded message.
  return facts->padding != Padding::pss || (bits + 6) / 8 >= 2 * facts->digest_size + 2;
}

// RFC 8446 4.2.3: the salt is as long as the digest.
bool set_padding(EVP_PKEY_CTX* context, const SchemeFacts& facts) {
  if (facts.padding != Padding::pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

bool is_mldsa(KeyType type) {
  return type == KeyType::mldsa44 || type == KeyType::mldsa65 || type == KeyType::mldsa87;
}

// FIPS 204 3.4: the deterministic variant, whose per-message randomness is zero. Ed25519 and Ed448 have no other, and
// the schemes with a digest are sign_repeatably's.
std::array<OSSL_PARAM, 2> signing_parameters(KeyType type, Nonces nonces) {
  static int deterministic =
      1;  // only read; "deterministic" is OSSL_SIGNATURE_PARAM_DETERMINISTIC of 3.5
  if (nonces == Nonces::libcrypto || !is_mldsa(type)) return {OSSL_PARAM_construct_end()};
  return {OSSL_PARAM_construct_int("deterministic", &deterministic), OSSL_PARAM_construct_end()};
}

}  // namespace

bool has(SignatureScheme scheme) {
  static const auto found = [] {
    std::array<bool, kSchemes.size()> all{};
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = library_has_keys(library_name(kSchemes[i].key));
    }
    return all;
  }();
  const SchemeFacts* facts = find(scheme);
  return facts != nullptr && found[static_cast<std::size_t>(facts - kSchemes.data())];
}

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
  if (nonces == Nonces::from_entropy && facts->digest != nullptr) {
    return sign_repeatably({facts->digest, facts->digest_size, facts->padding == Padding::pss}, key,
                           message, random);
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  const auto params = signing_parameters(facts->key, nonces);
  EVP_PKEY_CTX* key_context = nullptr;
  std::size_t size = 0;
  Bytes signature;
  bool ok = EVP_DigestSignInit_ex(context.get(), &key_context, facts->digest, nullptr, nullptr,
                                  key.get(), params.data()) == 1 &&
            set_padding(key_context, *facts) &&
            EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
  if (ok) {
    signature.resize(size);
    ok =
        EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
  }
  if (!ok) return fail(Reason::internal_error, "signing failed: " + wire::shown(scheme));
  signature.resize(size);
  return signature;
}

bool verify(SignatureScheme scheme, const PublicKey& key, BytesView message, BytesView signature) {
  const SchemeFacts* facts = find_for_handshake(scheme);
  if (facts == nullptr) return false;
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  return EVP_DigestVerifyInit_ex(context.get(), &key_context, facts->digest, nullptr, nullptr,
                                 key.get(), nullptr) == 1 &&
         set_padding(key_context, *facts) &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace stepshake::crypto
