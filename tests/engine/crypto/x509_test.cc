// crypto/x509.h and crypto/issue.h: what libcrypto's path check says of chains that are wrong in one way each.
#include "crypto/x509.h"

#include <gtest/gtest.h>

#include "crypto/issue.h"
#include "support/identities.h"

namespace stepshake::testing {
namespace {

using crypto::KeyType;
using crypto::Purpose;

Reason verdict(const Bytes& leaf, const crypto::TrustAnchors& trust, const std::string& name,
               std::int64_t now = kNow, Purpose purpose = Purpose::server) {
  const auto result = crypto::verify_chain({leaf}, trust, {purpose, name, now});
  EXPECT_FALSE(result.text.empty());
  if (result.code == 0) return Reason::peer_alert;  // no failure
  return crypto::reason_of(result);
}

constexpr Reason kGood = Reason::peer_alert;
const Bytes& leaf() { return identity(KeyType::ec_p256).chain.front(); }

TEST(Chain, OfTheTestCaIsGood) {
  for (const char* name : {kHost, "localhost", "127.0.0.1", "LOCALHOST", ""}) {
    EXPECT_EQ(verdict(leaf(), test_trust(), name), kGood) << name;
  }
  EXPECT_EQ(verdict(leaf(), test_trust(), "", kNow, Purpose::client), kGood);
}

TEST(Chain, WithAnotherNameIsNot) {
  for (const char* name : {"other.test", "a.localhost", "127.0.0.2", "::1", "localhost.test"}) {
    EXPECT_EQ(verdict(leaf(), test_trust(), name), Reason::certificate_name_mismatch) << name;
  }
}

TEST(Chain, OutsideItsTimeIsNot) {
  constexpr std::int64_t kYear = 366 * 86'400;
  EXPECT_EQ(verdict(leaf(), test_trust(), kHost, kNow + kYear), Reason::certificate_expired);
  EXPECT_NE(verdict(leaf(), test_trust(), kHost, kNow - kYear), kGood);
}

TEST(Chain, OfAnUnknownCaIsNot) {
  EXPECT_EQ(verdict(leaf(), {}, kHost), Reason::certificate_unknown_ca);
  const auto other =
      crypto::issue_authority(KeyType::ec_p256, {"Other CA", "", kNow - 1, kNow + 1000});
  EXPECT_EQ(verdict(leaf(), crypto::TrustAnchors({other->certificate}), kHost),
            Reason::certificate_unknown_ca);
}

TEST(Chain, WithATamperedSignatureIsNot) {
  Bytes bent = leaf();
  bent.back() ^= 1;
  EXPECT_NE(verdict(bent, test_trust(), kHost), kGood);
}

// RFC 8446 4.4.2.2: the key usage of a CA certificate does not allow signing a handshake.
TEST(KeyUsage, DecidesWhoMaySign) {
  EXPECT_TRUE(crypto::may_sign(leaf()));
  EXPECT_FALSE(crypto::may_sign(test_authority().certificate));
  EXPECT_FALSE(crypto::may_sign(Bytes{1, 2, 3}));
}

TEST(Certificate, ThatCannotBeReadIsBad) {
  for (const Bytes& der : {Bytes{}, Bytes{0x30}, Bytes(100, 7)}) {
    EXPECT_EQ(crypto::public_key_of(der).failure().reason, Reason::certificate_bad);
    EXPECT_FALSE(crypto::issuer_of(der).has_value());
    EXPECT_EQ(crypto::certificate_to_pem(der), "");
  }
  Bytes trailing = leaf();
  trailing.push_back(0);
  EXPECT_FALSE(crypto::public_key_of(trailing).ok());
  EXPECT_NE(crypto::verify_chain({trailing}, test_trust(), {Purpose::server, "", kNow}).code, 0);
}

TEST(Pem, IsReadAndWritten) {
  const std::string text = crypto::certificate_to_pem(leaf());
  EXPECT_EQ(crypto::certificates_from_pem(text), std::vector<Bytes>{leaf()});
  EXPECT_EQ(crypto::certificates_from_pem("before\n" + text + "between\n" + text)->size(), 2U);
  EXPECT_FALSE(crypto::certificates_from_pem("").has_value());
  EXPECT_FALSE(crypto::certificates_from_pem("no certificate").has_value());
  EXPECT_FALSE(crypto::certificates_from_pem(text.substr(0, text.size() / 2)).has_value());
  std::string broken = text;
  broken[broken.size() / 2] = '!';
  EXPECT_FALSE(crypto::certificates_from_pem(broken).has_value());
}

TEST(Pem, OfAKeyIsReadAndWritten) {
  const auto& key = identity(KeyType::ec_p256).key;
  const auto again = crypto::private_key_from_pem(crypto::to_pem(key));
  ASSERT_TRUE(again.has_value());
  EXPECT_TRUE(crypto::belongs_to(*again, *crypto::public_key_of(leaf())));
  EXPECT_FALSE(crypto::belongs_to(identity(KeyType::ed25519).key, *crypto::public_key_of(leaf())));
  EXPECT_FALSE(crypto::private_key_from_pem("").has_value());
  EXPECT_FALSE(crypto::private_key_from_pem(crypto::certificate_to_pem(leaf())).has_value());
}

TEST(IpAddress, IsToldFromAName) {
  for (const char* text : {"127.0.0.1", "::1", "2001:db8::1"})
    EXPECT_TRUE(crypto::is_ip_address(text));
  for (const char* text : {"localhost", "1.2.3.4.example", "", "256.1.1.1"}) {
    EXPECT_FALSE(crypto::is_ip_address(text)) << text;
  }
}

// Every type that KeyType names, libcrypto 3.0's own at least, gives a leaf that its CA vouches for.
class EachKeyType : public ::testing::TestWithParam<KeyType> {};

TEST_P(EachKeyType, IsIssued) {
  const auto issued = crypto::issue_leaf(
      GetParam(), {kHost, std::string("DNS:") + kHost, kNow - 1, kNow + 1000}, test_authority());
  ASSERT_TRUE(issued.ok()) << issued.failure().detail;
  EXPECT_EQ(issued->key.type(), GetParam());
  EXPECT_EQ(verdict(issued->certificate, test_trust(), kHost), kGood);
}

INSTANTIATE_TEST_SUITE_P(Issue, EachKeyType,
                         ::testing::Values(KeyType::rsa, KeyType::rsa_pss, KeyType::ec_p256,
                                           KeyType::ec_p384, KeyType::ec_p521, KeyType::ed25519,
                                           KeyType::ed448),
                         [](const auto& of) { return name_of(of.param); });

}  // namespace
}  // namespace stepshake::testing
