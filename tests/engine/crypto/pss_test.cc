// RSASSA-PSS as RFC 8446 4.2.3 has it: MGF1 and the digest alike, and a salt as long as the digest.
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <utility>

#include "crypto/issue.h"
#include "crypto/openssl_ptr.h"
#include "crypto/signature.h"
#include "key_support.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

Bytes signed_by_libcrypto(const PrivateKey& key, BytesView message, const EVP_MD* digest,
                          const EVP_MD* mask_digest, int salt_size) {
  const testing::Digest context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* settings = nullptr;
  EXPECT_EQ(EVP_DigestSignInit(context.get(), &settings, digest, nullptr, key.get()), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_padding(settings, RSA_PKCS1_PSS_PADDING), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_mgf1_md(settings, mask_digest), 1);
  EXPECT_EQ(EVP_PKEY_CTX_set_rsa_pss_saltlen(settings, salt_size), 1);
  std::size_t size = 0;
  EXPECT_EQ(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()), 1);
  Bytes signature(size);
  EXPECT_EQ(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()),
            1);
  signature.resize(size);
  return signature;
}

TEST(Pss, IsTakenWithASaltOfTheDigestsSizeAlone) {
  const auto key = generate_key(KeyType::rsa);
  ASSERT_TRUE(key);
  const PublicKey public_half(std::shared_ptr<evp_pkey_st>(key->get(), [](evp_pkey_st*) {}));
  const BytesView message = view_of("what was said");
  struct Row {
    SignatureScheme scheme;
    const EVP_MD* digest;
    int size;
  };
  for (const Row& row : {Row{SignatureScheme::rsa_pss_rsae_sha256, EVP_sha256(), 32},
                         Row{SignatureScheme::rsa_pss_rsae_sha384, EVP_sha384(), 48},
                         Row{SignatureScheme::rsa_pss_rsae_sha512, EVP_sha512(), 64}}) {
    for (int salt : {0, 1, 20, 31, 32, 33, 48, 64, 100}) {
      const Bytes signature = signed_by_libcrypto(*key, message, row.digest, row.digest, salt);
      EXPECT_EQ(verify(row.scheme, public_half, message, signature), salt == row.size) << salt;
    }
    EXPECT_FALSE(verify(row.scheme, public_half, message,
                        signed_by_libcrypto(*key, message, row.digest, EVP_sha1(), row.size)));
  }
}

// A key that is bound to one digest (RFC 4055 3.1) cannot be made ready for another one, and signs all the same.
TEST(Pss, SignsWithAKeyThatIsBoundToADigest) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA-PSS", nullptr));
  EVP_PKEY* made = nullptr;
  ASSERT_EQ(EVP_PKEY_keygen_init(context.get()), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_keygen_bits(context.get(), 2048), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_pss_keygen_md(context.get(), EVP_sha384()), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_pss_keygen_mgf1_md(context.get(), EVP_sha384()), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_pss_keygen_saltlen(context.get(), 48), 1);
  ASSERT_EQ(EVP_PKEY_generate(context.get(), &made), 1);
  const std::shared_ptr<evp_pkey_st> bound(made, EVP_PKEY_free);
  const PrivateKey key(bound);
  EXPECT_EQ(key.signing_context(), nullptr);
  const BytesView message = view_of("what was said");
  Random random(Entropy{});
  const auto signature =
      sign(SignatureScheme::rsa_pss_pss_sha384, key, message, Nonces::libcrypto, random);
  ASSERT_TRUE(signature);
  EXPECT_TRUE(verify(SignatureScheme::rsa_pss_pss_sha384, PublicKey(bound), message, *signature));
  EXPECT_FALSE(sign(SignatureScheme::rsa_pss_pss_sha256, key, message, Nonces::libcrypto, random));
}

// The context that a key keeps is not used up.
TEST(ReadyKeys, SignAnyNumberOfTimes) {
  for (const auto& [type, scheme] : {std::pair{KeyType::rsa, SignatureScheme::rsa_pss_rsae_sha256},
                                     {KeyType::ec_p256, SignatureScheme::ecdsa_secp256r1_sha256},
                                     {KeyType::ec_p521, SignatureScheme::ecdsa_secp521r1_sha512},
                                     {KeyType::ed25519, SignatureScheme::ed25519},
                                     {KeyType::ed448, SignatureScheme::ed448}}) {
    const auto key = generate_key(type);
    ASSERT_TRUE(key);
    EXPECT_NE(key->signing_context(), nullptr);
    const PublicKey public_half(std::shared_ptr<evp_pkey_st>(key->get(), [](evp_pkey_st*) {}));
    Random random(Entropy{});
    for (const char* message : {"first", "second", "a third that is longer than the others"}) {
      const auto signature = sign(scheme, *key, view_of(message), Nonces::libcrypto, random);
      ASSERT_TRUE(signature);
      EXPECT_TRUE(verify(scheme, public_half, view_of(message), *signature));
      EXPECT_FALSE(verify(scheme, public_half, view_of("another"), *signature));
    }
  }
}

}  // namespace
}  // namespace stepshake::crypto
