#include "crypto/signature_scheme.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>

#include "crypto/library.h"
#include "crypto/openssl_ptr.h"
#include "crypto/public_key_library.h"
#include "crypto/repeatable_signature.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;
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

// RFC 8446 4.2.3: the salt is as long as the digest.
bool set_padding(EVP_PKEY_CTX* context, const SchemeFacts& facts) {
  if (facts.padding != Padding::pss) return true;
  return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
         EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1;
}

// FIPS 204 3.4: the deterministic variant, whose per-message randomness is zero. Ed25519 and Ed448 have no other, and
// the schemes with a digest are sign_repeatably's.
std::array<OSSL_PARAM, 2> signing_parameters(KeyType type, Nonces nonces) {
  static int deterministic =
      1;  // only read; "deterministic" is OSSL_SIGNATURE_PARAM_DETERMINISTIC of 3.5
  if (nonces == Nonces::libcrypto || !is_mldsa(type)) return {OSSL_PARAM_construct_end()};
  return {OSSL_PARAM_construct_int("deterministic", &deterministic), OSSL_PARAM_construct_end()};
}

bool init_signing(EVP_MD_CTX* context, const SchemeFacts& facts, evp_pkey_st* key, Nonces nonces) {
  EVP_PKEY_CTX* key_context = nullptr;
  const auto params = signing_parameters(facts.key, nonces);
  return EVP_DigestSignInit_ex(context, &key_context, facts.digest, nullptr, nullptr, key,
                               params.data()) == 1 &&
         set_padding(key_context, facts);
}

const SchemeFacts* first_scheme(KeyType type) {
  const auto* row = std::find_if(kSchemes.begin(), kSchemes.end(),
                                 [&](const auto& each) { return each.key == type; });
  return row == kSchemes.end() ? nullptr : row;
}

bool start_signing(EVP_MD_CTX* context, const SchemeFacts& facts, const PrivateKey& key,
                   Nonces nonces) {
  const bool is_ready = nonces == Nonces::libcrypto && key.signing_context() != nullptr &&
                        &facts == first_scheme(key.type());
  return is_ready ? EVP_MD_CTX_copy_ex(context, key.signing_context()) == 1
                  : init_signing(context, facts, key.get(), nonces);
}

// RFC 8017 9.2, note 1: what stands before the digest in a DigestInfo, and the eleven bytes around that.
constexpr std::size_t kMostPkcs1Frame = 19 + 11;

}  // namespace

const SchemeFacts* find(SignatureScheme scheme) {
  const auto* row = std::find_if(kSchemes.begin(), kSchemes.end(),
                                 [&](const auto& each) { return each.scheme == scheme; });
  return row == kSchemes.end() ? nullptr : row;
}

bool is_mldsa(KeyType type) {
  return type == KeyType::mldsa44 || type == KeyType::mldsa65 || type == KeyType::mldsa87;
}

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

bool has_room(const SchemeFacts& facts, unsigned bits) {
  switch (facts.padding) {
    // RFC 8017 9.1.1: digest, salt and two bytes have to fit into the encoded message.
    case Padding::pss: return (bits + 6) / 8 >= 2 * facts.digest_size + 2;
    case Padding::pkcs1: return (bits + 7) / 8 >= facts.digest_size + kMostPkcs1Frame;
    case Padding::none: break;
  }
  return true;
}

std::shared_ptr<const EVP_MD_CTX> make_signing_context(const PublicKey& key) {
  const SchemeFacts* facts = first_scheme(key.type());
  if (facts == nullptr) return nullptr;
  std::shared_ptr<EVP_MD_CTX> context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const DigestContextPtr copy(EVP_MD_CTX_new());
  // OpenSSL 3.0.0 copies no context without a digest (Ed25519).
  if (init_signing(context.get(), *facts, key.get(), Nonces::libcrypto) &&
      EVP_MD_CTX_copy_ex(copy.get(), context.get()) == 1) {
    return context;
  }
  ERR_clear_error();
  return nullptr;
}

Result<Bytes> sign_as(const SchemeFacts& facts, const PrivateKey& key, BytesView message,
                      Nonces nonces, Random& random) {
  if (nonces == Nonces::from_entropy && facts.digest != nullptr &&
      facts.padding != Padding::pkcs1) {
    return sign_repeatably({facts.digest, facts.digest_size, facts.padding == Padding::pss}, key,
                           message, random);
  }
  const DigestContextPtr context(EVP_MD_CTX_new());
  if (!start_signing(context.get(), facts, key, nonces)) {
    return fail(Reason::internal_error, "signing cannot begin: " + wire::shown(facts.scheme));
  }
  // libcrypto would sign with a copy, to let more be added.
  EVP_MD_CTX_set_flags(context.get(), EVP_MD_CTX_FLAG_FINALISE);
  const int most = EVP_PKEY_get_size(key.get());
  // Without room libcrypto would only tell the size.
  Bytes signature(static_cast<std::size_t>(std::max(most, 0)));
  std::size_t size = signature.size();
  if (size == 0 ||
      EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()) != 1) {
    return fail(Reason::internal_error, "signing failed: " + wire::shown(facts.scheme));
  }
  signature.resize(size);
  return signature;
}

bool verify_as(const SchemeFacts& facts, const PublicKey& key, BytesView message,
               BytesView signature) {
  const DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_context = nullptr;
  return EVP_DigestVerifyInit_ex(context.get(), &key_context, facts.digest, public_key_library(),
                                 nullptr, key.get(), nullptr) == 1 &&
         set_padding(key_context, facts) &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                          message.size()) == 1;
}

}  // namespace stepshake::crypto
