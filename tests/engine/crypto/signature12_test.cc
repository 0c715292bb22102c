// crypto/signature12.h: TLS 1.2's wider rules, and TLS 1.0's and 1.1's signatures.
#include "crypto/signature12.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <map>

#include "crypto/hash.h"
#include "key_support.h"
#include "support/identities.h"

namespace stepshake::testing {
namespace {

using crypto::KeyType;
using crypto::Nonces;
using wire::SignatureScheme;

const crypto::PrivateKey& key(KeyType type) { return identity(type).key; }

std::vector<SignatureScheme> fitting(KeyType type) {
  std::vector<SignatureScheme> schemes;
  for (std::uint32_t number = 0; number < 0x10000; ++number) {
    const auto scheme = static_cast<SignatureScheme>(number);
    if (crypto::fits12(scheme, key(type))) schemes.push_back(scheme);
  }
  return schemes;
}

// RFC 5246 7.4.1.4.1, RFC 8422 5.1.3, RFC 8446 4.2.3.
TEST(Signature12, SchemesOfEachKey) {
  using enum SignatureScheme;
  const std::vector<SignatureScheme> ecdsa = {ecdsa_sha1, ecdsa_secp256r1_sha256,
                                              ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512};
  for (auto type : {KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521}) {
    EXPECT_EQ(fitting(type), ecdsa) << name_of(type);
  }
  EXPECT_EQ(fitting(KeyType::rsa),
            (std::vector{rsa_pkcs1_sha1, rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512,
                         rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512}));
  EXPECT_EQ(fitting(KeyType::rsa_pss),
            (std::vector{rsa_pss_pss_sha256, rsa_pss_pss_sha384, rsa_pss_pss_sha512}));
  EXPECT_EQ(fitting(KeyType::ed25519), std::vector{ed25519});
  EXPECT_EQ(fitting(KeyType::ed448), std::vector{ed448});
}

// TLS 1.3's rules are as narrow as before.
TEST(Signature12, LeavesTls13AsItIs) {
  for (auto type : key_types()) {
    for (auto scheme : fitting(type)) {
      const std::string name = wire::shown(scheme);
      if (name.find("pkcs1") == std::string::npos && name.find("sha1") == std::string::npos) {
        continue;
      }
      EXPECT_FALSE(crypto::fits(scheme, key(type))) << name;
      auto random = random_of(1);
      EXPECT_FALSE(crypto::sign(scheme, key(type), Bytes(9, 1), Nonces::libcrypto, random).ok());
    }
  }
  EXPECT_FALSE(crypto::fits(SignatureScheme::ecdsa_secp384r1_sha384, key(KeyType::ec_p256)));
}

template <class Sign, class Verify>
void expect_sound(Sign sign, Verify verify) {
  const Bytes message(130, 7);
  for (auto nonces : {Nonces::libcrypto, Nonces::from_entropy}) {
    const Bytes signature = sign(message, nonces, 1);
    EXPECT_TRUE(verify(message, signature));
    EXPECT_FALSE(verify(Bytes(130, 8), signature));
    Bytes bent = signature;
    bent.back() ^= 1;
    EXPECT_FALSE(verify(message, bent));
    EXPECT_FALSE(verify(message, {}));
  }
  EXPECT_EQ(sign(message, Nonces::from_entropy, 1), sign(message, Nonces::from_entropy, 1));
}

TEST(Signature12, VerifiesAndOnlyItself) {
  int pairs = 0;
  for (auto type : key_types()) {
    for (auto scheme : fitting(type)) {
      SCOPED_TRACE(name_of(type) + " " + wire::shown(scheme));
      ++pairs;
      expect_sound(
          [&](BytesView message, Nonces nonces, std::uint8_t seed) {
            auto random = random_of(seed);
            return *crypto::sign12(scheme, key(type), message, nonces, random);
          },
          [&](BytesView message, BytesView signature) {
            return crypto::verify12(scheme, public_half(key(type)), message, signature);
          });
      // Under another scheme of the same key it is worth nothing.
      auto random = random_of(2);
      const Bytes signature =
          *crypto::sign12(scheme, key(type), Bytes(50, 3), Nonces::libcrypto, random);
      for (auto other : fitting(type)) {
        EXPECT_EQ(crypto::verify12(other, public_half(key(type)), Bytes(50, 3), signature),
                  other == scheme);
      }
    }
  }
  EXPECT_EQ(pairs, 3 * 4 + 7 + 3 + 1 + 1);
}

// RFC 4346 7.4.3: RSA over 36 bytes, MD5's and SHA-1's, with no DigestInfo; RFC 8422 5.4: ECDSA over SHA-1.
TEST(SignatureBefore12, VerifiesAndOnlyItself) {
  ASSERT_TRUE(crypto::has_hashes_before12());
  for (auto type : {KeyType::rsa, KeyType::ec_p256, KeyType::ec_p384, KeyType::ec_p521}) {
    SCOPED_TRACE(name_of(type));
    ASSERT_TRUE(crypto::fits_before12(key(type)));
    expect_sound(
        [&](BytesView message, Nonces nonces, std::uint8_t seed) {
          auto random = random_of(seed);
          return *crypto::sign_before12(key(type), message, nonces, random);
        },
        [&](BytesView message, BytesView signature) {
          return crypto::verify_before12(public_half(key(type)), message, signature);
        });
  }
  for (auto type : {KeyType::rsa_pss, KeyType::ed25519, KeyType::ed448}) {
    EXPECT_FALSE(crypto::fits_before12(key(type)));
    EXPECT_FALSE(crypto::verify_before12(public_half(key(type)), Bytes{1}, Bytes(64, 1)));
    auto random = random_of(1);
    EXPECT_FALSE(crypto::sign_before12(key(type), Bytes{1}, Nonces::libcrypto, random).ok());
  }
}

TEST(SignatureBefore12, RsaIsOverBothHashesBare) {
  auto random = random_of(1);
  const Bytes message(77, 5);
  const Bytes signature =
      *crypto::sign_before12(key(KeyType::rsa), message, Nonces::libcrypto, random);
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_pkey(nullptr, key(KeyType::rsa).get(), nullptr);
  ASSERT_EQ(EVP_PKEY_verify_recover_init(context), 1);
  ASSERT_EQ(EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING), 1);
  Bytes recovered(256);
  std::size_t size = recovered.size();
  ASSERT_EQ(
      EVP_PKEY_verify_recover(context, recovered.data(), &size, signature.data(), signature.size()),
      1);
  recovered.resize(size);
  EXPECT_EQ(recovered, concat({crypto::hash(crypto::HashAlgorithm::md5, {message}),
                               crypto::hash(crypto::HashAlgorithm::sha1, {message})}));
  EVP_PKEY_CTX_free(context);
}

}  // namespace
}  // namespace stepshake::testing
