// crypto/public_key_library.h: public keys from their bytes, of each type that libcrypto 3.0 has and of those that we leave out.
#include "crypto/public_key_library.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/provider.h>

#include <memory>
#include <string>

#include "crypto/issue.h"
#include "crypto/keys.h"
#include "key_support.h"

namespace stepshake::crypto {
namespace {

bool is_old_libcrypto() { return OPENSSL_version_major() == 3 && OPENSSL_version_minor() < 2; }

// Of a type that no handshake is signed with.
PublicKey other_key(const char* type) {
  return PublicKey(
      std::shared_ptr<EVP_PKEY>(EVP_PKEY_Q_keygen(nullptr, nullptr, type), EVP_PKEY_free));
}

TEST(PublicKeyLibrary, ReadsEveryTypeThatSignsHandshakes) {
  using enum KeyType;
  for (const KeyType type : {rsa, rsa_pss, ec_p256, ec_p384, ec_p521, ed25519, ed448}) {
    const auto key = generate_key(type);
    ASSERT_TRUE(key.ok()) << static_cast<int>(type);
    const Bytes info = to_public_key_info(testing::public_half(key.value()));
    const auto read = public_key_from_info(info);
    ASSERT_TRUE(read) << static_cast<int>(type);
    EXPECT_EQ(read->type(), type);
    EXPECT_EQ(to_public_key_info(*read), info) << static_cast<int>(type);
    // A private key lives in libcrypto's own context: the halves are of one pair all the same.
    EXPECT_TRUE(belongs_to(key.value(), *read)) << static_cast<int>(type);
  }
}

TEST(PublicKeyLibrary, RefusesWhatSignsNoHandshake) {
  for (const char* type : {"X25519", "X448", "SM2"}) {
    const Bytes info = to_public_key_info(other_key(type));
    ASSERT_FALSE(info.empty()) << type;
    const auto read = public_key_from_info(info);
    EXPECT_TRUE(!read || read->type() == KeyType::unsupported) << type;
  }
}

// Else all of it would work, and be slow.
TEST(PublicKeyLibrary, IsTheHomeOfKeysOnAnOldLibcrypto) {
  const auto made = generate_key(KeyType::ec_p256);
  ASSERT_TRUE(made.ok());
  const auto key = public_key_from_info(to_public_key_info(testing::public_half(made.value())));
  ASSERT_TRUE(key);
  const std::string provider = OSSL_PROVIDER_get0_name(EVP_PKEY_get0_provider(key->get()));
  EXPECT_EQ(provider, is_old_libcrypto() ? "stepshake-public-keys" : "default");
  EXPECT_EQ(public_key_library() != nullptr, is_old_libcrypto());
}

}  // namespace
}  // namespace stepshake::crypto
