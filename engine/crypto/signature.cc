#include "crypto/signature.h"

#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "crypto/openssl_ptr.h"
#include "crypto/repeatable_signature.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

enum class Padding : std::uint8_t { none, pkcs1, pss };

struct SchemeFacts {
  SignatureScheme scheme;
  KeyType key;
  const char* digest;  // null: the scheme hashes for itself
  std::size_t digest_size;
  Padding padding;
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
});

const SchemeFacts* find(SignatureScheme scheme) {
  const auto* row = std::find_if(kSchemes.begin(), kSchemes.end(),
                                 [&](const auto& each) { return each.scheme == scheme; });
  return row == kSchemes.end() ? nullptr : row;
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

}  // namespace

bool has(SignatureScheme scheme) { return find(scheme) != nullptr; }

bool fits(SignatureScheme scheme, const PublicKey& key) {
  return fits(find(scheme), key.type(), key.bits());
}

bool fits(SignatureScheme scheme, const PrivateKey& key) {
  return fits(find(scheme), key.type(), key.bits());
}

Result<Bytes> sign(SignatureScheme scheme, const PrivateKey& key, BytesView message, Nonces nonces,
                   Random& random) {
  const SchemeFacts* facts = find(scheme);
  if (facts == nullptr) return fail(Reason::internal_error, "signing with an unknown scheme");
  if (nonces == Nonces::from_entropy && facts->digest != nullptr) {
    return sign_repeatably({facts->digest, facts->digest_size, facts->padding == Padding::pss},
                           key, message, random);
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  std::size_t size = 0;
  Bytes signature;
  bool ok = EVP_DigestSignInit_ex(context.get(), &key_context, facts->digest, nullptr, nullptr,
                                  key.get(), nullptr) == 1 &&
            set_padding(key_context, *facts) &&
            EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()) == 1;
  if (ok) {
    signature.resize(size);
    ok = EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) == 1;
  }
  if (!ok) return fail(Reason::internal_error, "signing failed: " + wire::shown(scheme));
  signature.resize(size);
  return signature;
}

bool verify(SignatureScheme scheme, const PublicKey& key, BytesView message, BytesView signature) {
  const SchemeFacts* facts = find(scheme);
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
