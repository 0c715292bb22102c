// crypto/public_key_library.h: public keys from their bytes, of each type that libcrypto 3.0 has and of those that we leave out.
#include "crypto/public_key_library.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/provider.h>
#include <openssl/x509.h>

#include <string>

#include "crypto/keys.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

bool is_old_libcrypto() { return OPENSSL_version_major() == 3 && OPENSSL_version_minor() < 2; }

// Its SubjectPublicKeyInfo, as somebody else would send it.
Bytes info_of(EVP_PKEY* key) {
  Bytes der(static_cast<std::size_t>(i2d_PUBKEY(key, nullptr)));
  std::uint8_t* at = der.data();
  i2d_PUBKEY(key, &at);
  return der;
}

KeyPtr made(const char* type, const char* curve = nullptr) {
  return KeyPtr(curve != nullptr ? EVP_PKEY_Q_keygen(nullptr, nullptr, type, curve)
                                 : EVP_PKEY_Q_keygen(nullptr, nullptr, type));
}

KeyPtr made_rsa(const char* type) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_keygen_init(context.get());
  EVP_PKEY_generate(context.get(), &key);
  return KeyPtr(key);
}

TEST(PublicKeyLibrary, ReadsEveryTypeThatSignsHandshakes) {
  const std::pair<KeyType, KeyPtr> keys[] = {
      {KeyType::rsa, made_rsa("RSA")},         {KeyType::rsa_pss, made_rsa("RSA-PSS")},
      {KeyType::ec_p256, made("EC", "P-256")}, {KeyType::ec_p384, made("EC", "P-384")},
      {KeyType::ec_p521, made("EC", "P-521")}, {KeyType::ed25519, made("ED25519")},
      {KeyType::ed448, made("ED448")},
  };
  for (const auto& [type, key] : keys) {
    ASSERT_TRUE(key) << static_cast<int>(type);
    const Bytes info = info_of(key.get());
    const auto read = public_key_from_info(info);
    ASSERT_TRUE(read) << static_cast<int>(type);
    EXPECT_EQ(read->type(), type);
    EXPECT_EQ(to_public_key_info(*read), info) << static_cast<int>(type);
    // A private key lives in libcrypto's own context: the halves are of one pair all the same.
    EVP_PKEY_up_ref(key.get());
    const PrivateKey pair(std::shared_ptr<EVP_PKEY>(key.get(), EVP_PKEY_free));
    EXPECT_TRUE(belongs_to(pair, *read)) << static_cast<int>(type);
  }
}

TEST(PublicKeyLibrary, RefusesWhatSignsNoHandshake) {
  for (const char* type : {"X25519", "X448"}) {
    const auto read = public_key_from_info(info_of(made(type).get()));
    EXPECT_TRUE(!read || read->type() == KeyType::unsupported) << type;
  }
  const auto read = public_key_from_info(info_of(made("SM2").get()));
  EXPECT_TRUE(!read || read->type() == KeyType::unsupported);
}

// Else all of it would work, and be slow.
TEST(PublicKeyLibrary, IsTheHomeOfKeysOnAnOldLibcrypto) {
  const auto key = public_key_from_info(info_of(made("EC", "P-256").get()));
  ASSERT_TRUE(key);
  const std::string provider = OSSL_PROVIDER_get0_name(EVP_PKEY_get0_provider(key->get()));
  EXPECT_EQ(provider, is_old_libcrypto() ? "stepshake-public-keys" : "default");
  EXPECT_EQ(public_key_library() != nullptr, is_old_libcrypto());
}

}  // namespace
}  // namespace stepshake::crypto
