#include "crypto/x509.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "crypto/openssl_ptr.h"
#include "crypto/parsed_certificate.h"

namespace stepshake::crypto {
namespace {

Bytes to_der(const X509* certificate) {
  Bytes der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  std::uint8_t* out = der.data();
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace

std::optional<std::vector<Bytes>> certificates_from_pem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  std::vector<Bytes> all;
  for (;;) {
    const CertificatePtr next(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
    if (!next) break;
    all.push_back(to_der(next.get()));
  }
  // The text's end shows as "no start line"; anything else is a certificate that could not be read.
  const auto error = ERR_peek_last_error();
  ERR_clear_error();
  if (all.empty() || ERR_GET_LIB(error) != ERR_LIB_PEM ||
      ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return std::nullopt;
  }
  return all;
}

std::string certificate_to_pem(BytesView der) {
  const auto certificate = parsed_certificate(der);
  if (!certificate) return {};
  const BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

Result<PublicKey> public_key_of(BytesView der) {
  const auto certificate = parsed_certificate(der);
  if (!certificate) return fail(Reason::certificate_bad, "the certificate cannot be parsed");
  EVP_PKEY* key = X509_get_pubkey(certificate.get());
  if (key == nullptr) return fail(Reason::certificate_unsupported, "the key cannot be read");
  return PublicKey(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
}

std::optional<Bytes> issuer_of(BytesView der) {
  const auto certificate = parsed_certificate(der);
  if (!certificate) return std::nullopt;
  return to_der(X509_get_issuer_name(certificate.get()));
}

bool may_sign(BytesView der) {
  const auto certificate = parsed_certificate(der);
  // UINT32_MAX stands for a certificate without the extension.
  return certificate && (X509_get_key_usage(certificate.get()) & KU_DIGITAL_SIGNATURE) != 0;
}

bool may_encipher(BytesView der) {
  const auto certificate = parsed_certificate(der);
  return certificate && (X509_get_key_usage(certificate.get()) & KU_KEY_ENCIPHERMENT) != 0;
}

namespace {

std::vector<wire::SignatureScheme> schemes_of(int key_nid, int digest_nid) {
  using enum wire::SignatureScheme;
  struct Row {
    int key;
    int digest;
    std::vector<wire::SignatureScheme> schemes;
  };
  static const std::vector<Row> rows = {
      {EVP_PKEY_EC, NID_sha256, {ecdsa_secp256r1_sha256}},
      {EVP_PKEY_EC, NID_sha384, {ecdsa_secp384r1_sha384}},
      {EVP_PKEY_EC, NID_sha512, {ecdsa_secp521r1_sha512}},
      {EVP_PKEY_EC, NID_sha1, {ecdsa_sha1}},
      {EVP_PKEY_RSA, NID_sha256, {rsa_pkcs1_sha256}},
      {EVP_PKEY_RSA, NID_sha384, {rsa_pkcs1_sha384}},
      {EVP_PKEY_RSA, NID_sha512, {rsa_pkcs1_sha512}},
      {EVP_PKEY_RSA, NID_sha1, {rsa_pkcs1_sha1}},
      {EVP_PKEY_RSA_PSS, NID_sha256, {rsa_pss_rsae_sha256, rsa_pss_pss_sha256}},
      {EVP_PKEY_RSA_PSS, NID_sha384, {rsa_pss_rsae_sha384, rsa_pss_pss_sha384}},
      {EVP_PKEY_RSA_PSS, NID_sha512, {rsa_pss_rsae_sha512, rsa_pss_pss_sha512}},
      {EVP_PKEY_ED25519, NID_undef, {ed25519}},
      {EVP_PKEY_ED448, NID_undef, {ed448}},
  };
  for (const auto& row : rows) {
    const bool own_digest = row.digest == NID_undef;
    if (row.key == key_nid && (own_digest || row.digest == digest_nid)) return row.schemes;
  }
  return {};
}

}  // namespace

std::vector<wire::SignatureScheme> signed_with(BytesView der) {
  const auto certificate = parsed_certificate(der);
  int digest = NID_undef;
  int key = NID_undef;
  if (!certificate ||
      X509_get_signature_info(certificate.get(), &digest, &key, nullptr, nullptr) != 1) {
    return {};
  }
  return schemes_of(key, digest);
}

bool is_self_issued(BytesView der) {
  const auto certificate = parsed_certificate(der);
  return certificate && X509_NAME_cmp(X509_get_issuer_name(certificate.get()),
                                      X509_get_subject_name(certificate.get())) == 0;
}

namespace {

struct FreeUsages {
  void operator()(EXTENDED_KEY_USAGE* usages) const { EXTENDED_KEY_USAGE_free(usages); }
};
using UsagesPtr = std::unique_ptr<EXTENDED_KEY_USAGE, FreeUsages>;

bool has_usage(EXTENDED_KEY_USAGE* usages, const ASN1_OBJECT* wanted) {
  for (int i = 0; i < sk_ASN1_OBJECT_num(usages); ++i) {
    if (OBJ_cmp(sk_ASN1_OBJECT_value(usages, i), wanted) == 0) return true;
  }
  return false;
}

// The filter's values are the DER of an extension of the same kind.
bool matches_extended_key_usage(const X509* certificate, BytesView values) {
  const std::uint8_t* at = values.data();
  const UsagesPtr wanted(d2i_EXTENDED_KEY_USAGE(nullptr, &at, static_cast<long>(values.size())));
  const UsagesPtr held(static_cast<EXTENDED_KEY_USAGE*>(
      X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (!wanted || !held) return false;
  for (int i = 0; i < sk_ASN1_OBJECT_num(wanted.get()); ++i) {
    if (!has_usage(held.get(), sk_ASN1_OBJECT_value(wanted.get(), i))) return false;
  }
  return true;
}

bool matches_key_usage(const X509* certificate, BytesView values) {
  struct FreeBits {
    void operator()(ASN1_BIT_STRING* bits) const { ASN1_BIT_STRING_free(bits); }
  };
  using BitsPtr = std::unique_ptr<ASN1_BIT_STRING, FreeBits>;
  const std::uint8_t* at = values.data();
  const BitsPtr wanted(d2i_ASN1_BIT_STRING(nullptr, &at, static_cast<long>(values.size())));
  const BitsPtr held(static_cast<ASN1_BIT_STRING*>(
      X509_get_ext_d2i(certificate, NID_key_usage, nullptr, nullptr)));
  if (!wanted || !held) return false;
  constexpr int kUsages = 9;  // RFC 5280 4.2.1.3
  for (int bit = 0; bit < kUsages; ++bit) {
    if (ASN1_BIT_STRING_get_bit(wanted.get(), bit) == 1 &&
        ASN1_BIT_STRING_get_bit(held.get(), bit) == 0) {
      return false;
    }
  }
  return true;
}

int nid_of(BytesView oid) {
  const std::uint8_t* at = oid.data();
  const Owned<ASN1_OBJECT, ASN1_OBJECT_free> object(
      d2i_ASN1_OBJECT(nullptr, &at, static_cast<long>(oid.size())));
  return object ? OBJ_obj2nid(object.get()) : NID_undef;
}

}  // namespace

bool matches(BytesView der, const std::vector<wire::OidFilter>& filters) {
  const auto certificate = parsed_certificate(der);
  if (!certificate) return filters.empty();
  for (const auto& [oid, values] : filters) {
    const int nid = nid_of(oid);
    if (nid == NID_key_usage && !matches_key_usage(certificate.get(), values)) return false;
    if (nid == NID_ext_key_usage && !matches_extended_key_usage(certificate.get(), values)) {
      return false;
    }
  }
  ERR_clear_error();
  return true;
}

}  // namespace stepshake::crypto
