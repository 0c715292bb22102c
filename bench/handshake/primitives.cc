#include "bench/handshake/primitives.h"

#include <openssl/rsa.h>

#include "bench/measure/check.h"

namespace stepshake::bench {
namespace {

using crypto::DigestContextPtr;
using crypto::KeyContextPtr;
using crypto::KeyPtr;
using crypto::KeyType;

KeyPtr p256_parameters() {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* parameters = nullptr;
  check(EVP_PKEY_paramgen_init(context.get()) == 1 &&
            EVP_PKEY_CTX_set_group_name(context.get(), "P-256") == 1 &&
            EVP_PKEY_paramgen(context.get(), &parameters) == 1,
        "P-256's parameters");
  return KeyPtr(parameters);
}

KeyPtr import(Curve curve, const Share& peer) {
  if (curve == Curve::x25519) {
    return KeyPtr(
        EVP_PKEY_new_raw_public_key_ex(nullptr, "X25519", nullptr, peer.point.data(), peer.size));
  }
  KeyPtr key(EVP_PKEY_new());
  check(EVP_PKEY_copy_parameters(key.get(), library().p256_parameters.get()) == 1 &&
            EVP_PKEY_set1_encoded_public_key(key.get(), peer.point.data(), peer.size) == 1,
        "a peer's point");
  return key;
}

void set_padding(EVP_PKEY_CTX* context, KeyType type, RsaPadding padding) {
  if (type == KeyType::rsa && padding == RsaPadding::pss) {
    check(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) == 1 &&
              EVP_PKEY_CTX_set_rsa_pss_saltlen(context, RSA_PSS_SALTLEN_DIGEST) == 1,
          "RSA-PSS");
  }
  check(EVP_PKEY_CTX_set_signature_md(context, library().sha256.get()) == 1, "a signature's hash");
}

}  // namespace

Library::Library()
    : sha256(EVP_MD_fetch(nullptr, "SHA256", nullptr)),
      sha384(EVP_MD_fetch(nullptr, "SHA384", nullptr)),
      aes_128_gcm(EVP_CIPHER_fetch(nullptr, "AES-128-GCM", nullptr)),
      aes_256_gcm(EVP_CIPHER_fetch(nullptr, "AES-256-GCM", nullptr)),
      chacha20_poly1305(EVP_CIPHER_fetch(nullptr, "ChaCha20-Poly1305", nullptr)),
      x25519(EVP_PKEY_CTX_new_from_name(nullptr, "X25519", nullptr)),
      p256_parameters(bench::p256_parameters()) {
  p256.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, p256_parameters.get(), nullptr));
  check(EVP_PKEY_keygen_init(x25519.get()) == 1 && EVP_PKEY_keygen_init(p256.get()) == 1,
        "the generators of keys");
}

Library& library() {
  static Library fetched;
  return fetched;
}

Share generate(Curve curve) {
  Share made;
  EVP_PKEY* key = nullptr;
  EVP_PKEY_CTX* context = (curve == Curve::p256 ? library().p256 : library().x25519).get();
  check(EVP_PKEY_keygen(context, &key) == 1, "a key pair");
  made.key.reset(key);
  made.size = made.point.size();
  const bool told =
      curve == Curve::p256
          ? EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, made.point.data(),
                                            made.point.size(), &made.size) == 1
          : EVP_PKEY_get_raw_public_key(key, made.point.data(), &made.size) == 1;
  check(told, "a public key");
  return made;
}

std::array<std::uint8_t, 32> derive(Curve curve, Share mine, const Share& peer) {
  const KeyPtr theirs = import(curve, peer);
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, mine.key.get(), nullptr));
  std::array<std::uint8_t, 32> secret;
  std::size_t size = secret.size();
  // The cofactor is 1: that the point is on the curve, which the import has checked, is enough.
  check(EVP_PKEY_derive_init(context.get()) == 1 &&
            EVP_PKEY_derive_set_peer_ex(context.get(), theirs.get(), 0) == 1 &&
            EVP_PKEY_derive(context.get(), secret.data(), &size) == 1 && size == secret.size(),
        "an agreement");
  return secret;
}

Hash256 sha256(BytesView bytes) {
  Hash256 hash;
  check(EVP_Digest(bytes.data(), bytes.size(), hash.data(), nullptr, library().sha256.get(),
                   nullptr) == 1,
        "a hash");
  return hash;
}

Signer::Signer(const crypto::PrivateKey& key) : type_(key.type()) {
  if (type_ == KeyType::ed25519) {
    ed25519_.reset(EVP_MD_CTX_new());
    check(EVP_DigestSignInit_ex(ed25519_.get(), nullptr, nullptr, nullptr, nullptr, key.get(),
                                nullptr) == 1,
          "Ed25519");
    return;
  }
  context_.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
  check(EVP_PKEY_sign_init(context_.get()) == 1, "a signing context");
  set_padding(context_.get(), type_, RsaPadding::pss);
}

Bytes Signer::sign(BytesView message) {
  Bytes signature(512);
  std::size_t size = signature.size();
  if (ed25519_) {
    check(EVP_DigestSignInit_ex(ed25519_.get(), nullptr, nullptr, nullptr, nullptr, nullptr,
                                nullptr) == 1 &&
              EVP_DigestSign(ed25519_.get(), signature.data(), &size, message.data(),
                             message.size()) == 1,
          "a signature of Ed25519");
  } else {
    const Hash256 hash = sha256(message);
    check(EVP_PKEY_sign(context_.get(), signature.data(), &size, hash.data(), hash.size()) == 1,
          "a signature");
  }
  signature.resize(size);
  return signature;
}

void verify(EVP_PKEY* key, KeyType type, BytesView message, BytesView signature,
            RsaPadding padding) {
  if (type == KeyType::ed25519) {
    const DigestContextPtr context(EVP_MD_CTX_new());
    check(EVP_DigestVerifyInit_ex(context.get(), nullptr, nullptr, nullptr, nullptr, key,
                                  nullptr) == 1 &&
              EVP_DigestVerify(context.get(), signature.data(), signature.size(), message.data(),
                               message.size()) == 1,
          "a signature of Ed25519 is not good");
    return;
  }
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
  check(EVP_PKEY_verify_init(context.get()) == 1, "a verifying context");
  set_padding(context.get(), type, padding);
  const Hash256 hash = sha256(message);
  check(EVP_PKEY_verify(context.get(), signature.data(), signature.size(), hash.data(),
                        hash.size()) == 1,
        "a signature is not good");
}

}  // namespace stepshake::bench
