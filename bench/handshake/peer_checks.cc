#include "bench/handshake/peer_checks.h"

#include <openssl/x509v3.h>

#include <cstring>

#include "bench/handshake/primitives.h"
#include "bench/handshake/suite.h"
#include "bench/measure/check.h"

namespace stepshake::bench {
namespace {

using crypto::CertificatePtr;
using crypto::KeyPtr;
using crypto::KeyType;
using StackPtr = crypto::Owned<STACK_OF(X509),
                               [](STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }>;
using PathPtr = crypto::Owned<X509_STORE_CTX, X509_STORE_CTX_free>;

CertificatePtr parse(const Bytes& der) {
  const std::uint8_t* in = der.data();
  CertificatePtr parsed(d2i_X509(nullptr, &in, static_cast<long>(der.size())));
  check(parsed != nullptr, "a certificate");
  return parsed;
}

Bytes rsa_number(EVP_PKEY* key, const char* name) {
  BIGNUM* told = nullptr;
  check(EVP_PKEY_get_bn_param(key, name, &told) == 1, "a number of an RSA key");
  const crypto::BignumPtr number(told);
  Bytes native(static_cast<std::size_t>(BN_num_bytes(number.get())));
  BN_bn2nativepad(number.get(), native.data(), static_cast<int>(native.size()));
  return native;
}

KeyPtr import_rsa(BareCertificate from) {
  const crypto::KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_N, from.modulus.data(), from.modulus.size()),
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_RSA_E, from.exponent.data(), from.exponent.size()),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  check(EVP_PKEY_fromdata_init(context.get()) == 1 &&
            EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters) == 1,
        "an RSA key");
  return KeyPtr(key);
}

KeyPtr import(KeyType type, const BareCertificate& from) {
  if (type == KeyType::rsa) return import_rsa(from);
  if (type == KeyType::ed25519) {
    return KeyPtr(EVP_PKEY_new_raw_public_key_ex(nullptr, "ED25519", nullptr, from.point.data(),
                                                 from.point.size()));
  }
  KeyPtr key(EVP_PKEY_new());
  check(EVP_PKEY_copy_parameters(key.get(), library().p256_parameters.get()) == 1 &&
            EVP_PKEY_set1_encoded_public_key(key.get(), from.point.data(), from.point.size()) == 1,
        "a certificate's point");
  return key;
}

void check_issued_by(EVP_PKEY* issuer, KeyType type, const BareCertificate& certificate) {
  verify(issuer, type, certificate.signed_part, certificate.signature, RsaPadding::pkcs1);
}

}  // namespace

BareCertificate::BareCertificate(X509* certificate) {
  unsigned char* der = nullptr;
  const int size = i2d_re_X509_tbs(certificate, &der);
  signed_part.assign(der, der + size);
  OPENSSL_free(der);
  const ASN1_BIT_STRING* bits = nullptr;
  X509_get0_signature(&bits, nullptr, certificate);
  signature.assign(bits->data, bits->data + bits->length);
  bits = X509_get0_pubkey_bitstr(certificate);
  point.assign(bits->data, bits->data + bits->length);
  EVP_PKEY* key = X509_get0_pubkey(certificate);
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_RSA) return;
  modulus = rsa_number(key, OSSL_PKEY_PARAM_RSA_N);
  exponent = rsa_number(key, OSSL_PKEY_PARAM_RSA_E);
}

void check_by_x509(const Certificates& issued, ChainOf of, const SignedMessage& message) {
  const bool server = of == ChainOf::server;
  const auto& chain = server ? issued.server_chain : issued.client_chain;
  const CertificatePtr leaf = parse(chain.front());
  const StackPtr rest(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i)
    sk_X509_push(rest.get(), parse(chain[i]).release());
  const PathPtr path(X509_STORE_CTX_new());
  check(X509_STORE_CTX_init(path.get(), issued.trust.get(), leaf.get(), rest.get()) == 1 &&
            X509_STORE_CTX_set_default(path.get(), server ? "ssl_server" : "ssl_client") == 1,
        "a path");
  if (server) {
    X509_VERIFY_PARAM_set1_host(X509_STORE_CTX_get0_param(path.get()), kServerName,
                                std::strlen(kServerName));
  }
  check(X509_verify_cert(path.get()) == 1, "a chain is not good");
  verify(X509_get0_pubkey(leaf.get()), issued.type, message.message, message.signature);
}

LeanCheck::LeanCheck(const Certificates& issued, ChainOf of)
    : issued_(issued),
      leaf_((of == ChainOf::server ? issued.server : issued.client).certificate.get()) {
  if (issued.intermediate) intermediate_.emplace(issued.intermediate.get());
}

void LeanCheck::check(const SignedMessage& message) const {
  const KeyType type = issued_.type;
  EVP_PKEY* root = issued_.root.key.get();
  if (intermediate_) {
    check_issued_by(root, type, *intermediate_);
    check_issued_by(import(type, *intermediate_).get(), type, leaf_);
  } else {
    check_issued_by(root, type, leaf_);
  }
  verify(import(type, leaf_).get(), type, message.message, message.signature);
}

}  // namespace stepshake::bench
