#include "bench/handshake/certificates.h"

#include <openssl/x509v3.h>

#include <map>
#include <string>

#include "bench/handshake/suite.h"
#include "bench/measure/check.h"
#include "crypto/issue.h"

namespace stepshake::bench {
namespace {

using crypto::CertificatePtr;
using crypto::KeyType;
using ExtensionPtr = crypto::Owned<X509_EXTENSION, X509_EXTENSION_free>;

constexpr long kDay = 86'400;  // seconds

struct Request {
  const char* name;
  bool authority = false;
  const char* purpose = nullptr;  // extended key usage
};

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()));
  check(extension && X509_add_ext(certificate, extension.get(), -1) == 1, "an extension");
}

void set_subject(X509* certificate, const char* common_name) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto add = [name](const char* field, const char* value) {
    const auto* text = reinterpret_cast<const unsigned char*>(value);
    check(X509_NAME_add_entry_by_txt(name, field, MBSTRING_ASC, text, -1, -1, 0) == 1, "a name");
  };
  add("C", "US");
  add("O", "Example Bench");
  add("CN", common_name);
}

Certified issue(const Request& request, crypto::PrivateKey key, const Certified* issuer) {
  static std::uint64_t serial = 0x1234'5678'90ab'cd00;
  Certified made{CertificatePtr(X509_new()), std::move(key)};
  X509* certificate = made.certificate.get();
  X509* above = issuer != nullptr ? issuer->certificate.get() : certificate;
  X509_set_version(certificate, X509_VERSION_3);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), ++serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), -kDay);
  X509_gmtime_adj(X509_getm_notAfter(certificate), 365 * kDay);
  set_subject(certificate, request.name);
  X509_set_issuer_name(certificate, X509_get_subject_name(above));
  X509_set_pubkey(certificate, made.key.get());
  extend(certificate, above, NID_basic_constraints,
         request.authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(certificate, above, NID_key_usage,
         request.authority ? "critical,keyCertSign,cRLSign" : "critical,digitalSignature");
  extend(certificate, above, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) extend(certificate, above, NID_authority_key_identifier, "keyid:always");
  if (request.purpose != nullptr) {
    extend(certificate, above, NID_ext_key_usage, request.purpose);
    extend(certificate, above, NID_subject_alt_name, std::string("DNS:") + request.name);
  }
  const EVP_MD* hash = made.key.type() == KeyType::ed25519 ? nullptr : EVP_sha256();
  EVP_PKEY* signer = issuer != nullptr ? issuer->key.get() : made.key.get();
  check(X509_sign(certificate, signer, hash) != 0, "a certificate's signature");
  return made;
}

Certified issue(const Request& request, KeyType type, const Certified* issuer) {
  return issue(request, crypto::generate_key(type).value(), issuer);
}

Certificates make(KeyType type, std::size_t length) {
  Certified root = issue({"Bench Root CA", true}, type, nullptr);
  Certified middle = issue({"Bench Intermediate CA", true}, type, &root);
  const Certified& issuer = length == 2 ? middle : root;
  Certified server = issue({kServerName, false, "serverAuth"}, type, &issuer);
  Certified client = issue({"client.example", false, "clientAuth"}, type, &issuer);

  std::vector<Bytes> server_chain{to_der(server.certificate.get())};
  std::vector<Bytes> client_chain{to_der(client.certificate.get())};
  CertificatePtr sent;
  if (length == 2) {
    sent = std::move(middle.certificate);
    server_chain.push_back(to_der(sent.get()));
    client_chain.push_back(to_der(sent.get()));
  }
  std::shared_ptr<X509_STORE> trust(X509_STORE_new(), X509_STORE_free);
  check(X509_STORE_add_cert(trust.get(), root.certificate.get()) == 1, "the trusted root");
  return {type,
          std::move(root),
          std::move(sent),
          std::move(server),
          std::move(client),
          std::move(trust),
          std::move(server_chain),
          std::move(client_chain)};
}

}  // namespace

const Certificates& certificates(KeyType type, std::size_t length) {
  static std::map<std::pair<KeyType, std::size_t>, Certificates> made;
  const std::pair key(type, length);
  const auto found = made.find(key);
  return found != made.end() ? found->second : made.emplace(key, make(type, length)).first->second;
}

Certified self_signed(crypto::PrivateKey key) {
  return issue({kServerName, false, "serverAuth"}, std::move(key), nullptr);
}

Bytes to_der(X509* certificate) {
  const int size = i2d_X509(certificate, nullptr);
  check(size > 0, "a certificate's DER");
  Bytes der(static_cast<std::size_t>(size));
  std::uint8_t* out = der.data();
  i2d_X509(certificate, &out);
  return der;
}

}  // namespace stepshake::bench
