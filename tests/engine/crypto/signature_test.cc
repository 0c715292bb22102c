// crypto/signature.h: every scheme, both ways to draw a nonce.
#include "crypto/signature.h"

#include <gtest/gtest.h>

#include <map>

#include "crypto/issue.h"
#include "key_support.h"
#include "policy/config.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::KeyType;
using crypto::Nonces;
using wire::SignatureScheme;

// RSA-PSS keys are told apart in x509_test.cc: some builds of libcrypto make none.
std::vector<crypto::PrivateKey> keys() {
  static const auto made = [] {
    std::vector<crypto::PrivateKey> all;
    for (auto type : {KeyType::rsa, KeyType::rsa_pss, KeyType::ec_p256, KeyType::ec_p384,
                      KeyType::ec_p521, KeyType::ed25519, KeyType::ed448}) {
      if (auto key = crypto::generate_key(type); key.ok()) all.push_back(*key);
    }
    return all;
  }();
  return made;
}

// PrivateKey and PublicKey hold the same key; only the private half of it signs.
template <class Body>
void for_every_fit(Body body) {
  int fits = 0;
  for (const auto& key : keys()) {
    for (auto scheme : policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3)) {
      if (!crypto::fits(scheme, key)) continue;
      ++fits;
      body(scheme, key);
    }
  }
  EXPECT_GE(fits, 8);
}

TEST(Signature, VerifiesAndOnlyForItsMessageAndItself) {
  for_every_fit([](SignatureScheme scheme, const crypto::PrivateKey& key) {
    for (auto nonces : {Nonces::libcrypto, Nonces::from_entropy}) {
      auto random = random_of(1);
      const Bytes message(130, 7);
      const auto signature = crypto::sign(scheme, key, message, nonces, random);
      ASSERT_TRUE(signature.ok()) << wire::shown(scheme);
      EXPECT_TRUE(crypto::verify(scheme, public_half(key), message, *signature))
          << wire::shown(scheme);
      EXPECT_FALSE(crypto::verify(scheme, public_half(key), Bytes(130, 8), *signature));
      EXPECT_FALSE(crypto::verify(scheme, public_half(key), {}, *signature));
      Bytes bent = *signature;
      bent.back() ^= 1;
      EXPECT_FALSE(crypto::verify(scheme, public_half(key), message, bent));
      bent = *signature;
      bent.push_back(0);
      EXPECT_FALSE(crypto::verify(scheme, public_half(key), message, bent));
      EXPECT_FALSE(crypto::verify(scheme, public_half(key), message, {}));
    }
  });
}

TEST(Signature, FromEntropyIsAFunctionOfItsInputs) {
  for_every_fit([](SignatureScheme scheme, const crypto::PrivateKey& key) {
    const auto sign = [&](std::uint8_t seed, std::uint8_t message) {
      auto random = random_of(seed);
      return *crypto::sign(scheme, key, Bytes(50, message), Nonces::from_entropy, random);
    };
    EXPECT_EQ(sign(1, 1), sign(1, 1)) << wire::shown(scheme);
    EXPECT_NE(sign(1, 1), sign(1, 2)) << wire::shown(scheme);
    const bool draws = scheme != SignatureScheme::ed25519 && scheme != SignatureScheme::ed448;
    EXPECT_EQ(sign(1, 1) != sign(2, 1), draws) << wire::shown(scheme);
  });
}

// RFC 8446 4.2.3: a scheme names the key's type and curve.
TEST(Fits, IsTheKeysTypeAndCurve) {
  const std::map<KeyType, std::size_t> expected = {
      {KeyType::rsa, 3},     {KeyType::rsa_pss, 3}, {KeyType::ec_p256, 1}, {KeyType::ec_p384, 1},
      {KeyType::ec_p521, 1}, {KeyType::ed25519, 1}, {KeyType::ed448, 1}};
  for (const auto& key : keys()) {
    std::size_t fitting = 0;
    for (std::uint32_t number = 0; number < 0x10000; ++number) {
      if (crypto::fits(static_cast<SignatureScheme>(number), key)) ++fitting;
    }
    EXPECT_EQ(fitting, expected.at(key.type())) << static_cast<int>(key.type());
  }
}

}  // namespace
}  // namespace stepshake::testing
