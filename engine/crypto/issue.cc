#include "crypto/issue.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "crypto/openssl_ptr.h"
#include "crypto/parsed_certificate.h"
#include "crypto/random.h"

namespace stepshake::crypto {
namespace {

using ExtensionPtr = Owned<X509_EXTENSION, X509_EXTENSION_free>;

// EVP_PKEY_Q_keygen of OpenSSL 3.0 knows "RSA" alone. 2048 bits are the generator's default.
EVP_PKEY* new_pss_key() {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_keygen_init(context.get()) != 1) return nullptr;
  EVP_PKEY_generate(context.get(), &key);
  return key;
}

EVP_PKEY* new_key(KeyType type) {
  switch (type) {
    case KeyType::rsa: return EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{2048});
    case KeyType::rsa_pss: return new_pss_key();
    case KeyType::ec_p256: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256");
    case KeyType::ec_p384: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-384");
    case KeyType::ec_p521: return EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-521");
    case KeyType::ed25519: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
    case KeyType::ed448: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED448");
    case KeyType::mldsa44: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ML-DSA-44");
    case KeyType::mldsa65: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ML-DSA-65");
    case KeyType::mldsa87: return EVP_PKEY_Q_keygen(nullptr, nullptr, "ML-DSA-87");
    case KeyType::unsupported: break;
  }
  return nullptr;
}

bool add_extension(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

bool set_common_name(X509_NAME* name, const std::string& text) {
  const auto* data = reinterpret_cast<const unsigned char*>(text.data());
  return X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, data, static_cast<int>(text.size()),
                                    -1, 0) == 1;
}

// Everything but the extensions and the signature.
CertificatePtr start(const CertificateRequestFacts& facts, const PrivateKey& key) {
  CertificatePtr certificate(X509_new());
  Random random(fresh_entropy());
  Secret serial = random.secret(16);
  serial.data()[0] = static_cast<std::uint8_t>((serial.data()[0] & 0x7fU) | 0x40U);
  const BignumPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate.get()));
  X509_set_version(certificate.get(), X509_VERSION_3);
  ASN1_TIME_set(X509_getm_notBefore(certificate.get()), facts.not_before);
  ASN1_TIME_set(X509_getm_notAfter(certificate.get()), facts.not_after);
  X509_set_pubkey(certificate.get(), key.get());
  set_common_name(X509_get_subject_name(certificate.get()), facts.common_name);
  return certificate;
}

bool hashes_for_itself(KeyType type) {
  switch (type) {
    case KeyType::ed25519:
    case KeyType::ed448:
    case KeyType::mldsa44:
    case KeyType::mldsa65:
    case KeyType::mldsa87: return true;
    default: return false;
  }
}

Result<Bytes> finish(X509* certificate, const PrivateKey& issuer_key) {
  const EVP_MD* hash = hashes_for_itself(issuer_key.type()) ? nullptr : EVP_sha256();
  if (X509_sign(certificate, issuer_key.get(), hash) == 0) {
    return fail(Reason::internal_error, "a certificate was not signed");
  }
  Bytes der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  std::uint8_t* out = der.data();
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace

Result<PrivateKey> generate_key(KeyType type) {
  EVP_PKEY* key = new_key(type);
  if (key == nullptr) {
    ERR_clear_error();
    return fail(Reason::internal_error, "a key was not generated");
  }
  return PrivateKey(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
}

Result<Issued> issue_authority(KeyType type, const CertificateRequestFacts& facts) {
  TRY_ASSIGN(PrivateKey key, generate_key(type));
  const CertificatePtr certificate = start(facts, key);
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate.get()));
  X509* self = certificate.get();
  if (!add_extension(self, self, NID_basic_constraints, "critical,CA:TRUE") ||
      !add_extension(self, self, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(self, self, NID_subject_key_identifier, "hash")) {
    return fail(Reason::internal_error, "an authority's extensions were refused");
  }
  TRY_ASSIGN(Bytes der, finish(self, key));
  return Issued{std::move(der), std::move(key)};
}

Result<Issued> issue_leaf(KeyType type, const CertificateRequestFacts& facts,
                          const Issued& authority) {
  TRY_ASSIGN(PrivateKey key, generate_key(type));
  const CertificatePtr certificate = start(facts, key);
  const auto issuer = parse_certificate(authority.certificate);
  if (!issuer) return fail(Reason::internal_error, "the authority's certificate cannot be read");
  X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get()));
  X509* leaf = certificate.get();
  // RFC 5246 7.4.2: an RSA key may also carry a premaster secret.
  const char* usage = type == KeyType::rsa ? "critical,digitalSignature,keyEncipherment"
                                           : "critical,digitalSignature";
  if (!add_extension(leaf, issuer.get(), NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(leaf, issuer.get(), NID_key_usage, usage) ||
      !add_extension(leaf, issuer.get(), NID_ext_key_usage, "serverAuth,clientAuth") ||
      !add_extension(leaf, issuer.get(), NID_subject_key_identifier, "hash") ||
      !add_extension(leaf, issuer.get(), NID_authority_key_identifier, "keyid") ||
      (!facts.alternative_names.empty() &&
       !add_extension(leaf, issuer.get(), NID_subject_alt_name, facts.alternative_names))) {
    ERR_clear_error();
    return fail(Reason::internal_error, "a leaf's extensions were refused");
  }
  TRY_ASSIGN(Bytes der, finish(leaf, authority.key));
  return Issued{std::move(der), std::move(key)};
}

}  // namespace stepshake::crypto
