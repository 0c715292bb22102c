// Rules of the RFC that a configuration is held to, and what it is by default (RFC 8446 4.2.3, 4.2.5, 4.2.8, 4.4.2.2,
// 4.6.1, 9.1, C.5, D.5).
#include <gtest/gtest.h>

#include <functional>

#include "crypto/cipher_suite.h"
#include "crypto/cipher_suite12.h"
#include "policy/config.h"
#include "support/hex.h"
#include "support/identities.h"

namespace stepshake::testing {
namespace {

using policy::Config;
using wire::CipherSuite;
using wire::SignatureScheme;

template <class T>
bool has(const std::vector<T>& values, T value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

struct Rule {
  const char* name;
  const char* field;
  std::function<void(Config&)> break_it;
  std::function<void(Config&)> keep_it;
};

const Bytes kKeyUsage = hex("06 03 551d0f");
const Bytes kExtended = hex("06 03 551d25");

std::vector<Rule> rules() {
  using enum SignatureScheme;
  return {
      {"Sha1StandsLast", "certificate_signature_schemes[1]",
       [](auto& c) {
         c.certificate_signature_schemes = {rsa_pkcs1_sha256, ecdsa_sha1, ecdsa_secp256r1_sha256};
       },
       [](auto& c) {
         c.certificate_signature_schemes = {rsa_pkcs1_sha256, ecdsa_secp256r1_sha256, ecdsa_sha1,
                                            rsa_pkcs1_sha1};
       }},
      {"FiltersAreOfDifferentOids", "oid_filters[1]",
       [](auto& c) {
         c.oid_filters = {{kKeyUsage, hex("03020780")}, {kKeyUsage, hex("030205a0")}};
       },
       [](auto& c) {
         c.oid_filters = {{kKeyUsage, hex("03020780")}, {kExtended, {}}};
       }},
      {"NoFilterIsForAnyExtendedKeyUsage", "oid_filters[0]",
       [](auto& c) {
         c.oid_filters = {{kExtended, hex("3006 0604551d2500")}};
       },
       [](auto& c) {
         c.oid_filters = {{kExtended, hex("300a 0608 2b06010505070302")}};
       }},
      {"ALeafMaySign", "identities[0]",
       [](auto& c) {
         // A CA, whose key usage is for certificates alone.
         c.identities = {{{test_authority().certificate}, test_authority().key}};
       },
       [](auto& c) { c.identities = {identity(crypto::KeyType::ed25519)}; }},
      {"AGroupHasOneShare", "key_share_groups[1]",
       [](auto& c) {
         c.key_share_groups = {wire::NamedGroup::x25519, wire::NamedGroup::x25519};
       },
       [](auto& c) {
         c.key_share_groups = {wire::NamedGroup::x25519, wire::NamedGroup::secp256r1};
       }},
      {"TicketsLiveSevenDays", "ticket_lifetime", [](auto& c) { c.ticket_lifetime = 604'801; },
       [](auto& c) { c.ticket_lifetime = 604'800; }},
  };
}

class ConfigRule : public ::testing::TestWithParam<Rule> {};

TEST_P(ConfigRule, IsKept) {
  Config config = server_config();
  GetParam().keep_it(config);
  EXPECT_FALSE(policy::find_problem(config).has_value());
  GetParam().break_it(config);
  const auto problem = policy::find_problem(config);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->field, GetParam().field) << problem->reason;
}

INSTANTIATE_TEST_SUITE_P(Rfc8446, ConfigRule, ::testing::ValuesIn(rules()),
                         [](const auto& of) { return std::string(of.param.name); });

// RFC 8446 9.1: mandatory to implement; and by default in use.
TEST(Mandatory, AlgorithmsAreThereByDefault) {
  const Config config = policy::default_config();
  EXPECT_TRUE(has(config.cipher_suites, CipherSuite::tls_aes_128_gcm_sha256));
  EXPECT_TRUE(has(config.groups, wire::NamedGroup::secp256r1));
  EXPECT_TRUE(has(config.signature_schemes, SignatureScheme::rsa_pss_rsae_sha256));
  EXPECT_TRUE(has(config.signature_schemes, SignatureScheme::ecdsa_secp256r1_sha256));
  for (auto scheme : {SignatureScheme::rsa_pkcs1_sha256, SignatureScheme::rsa_pss_rsae_sha256,
                      SignatureScheme::ecdsa_secp256r1_sha256}) {
    EXPECT_TRUE(has(config.certificate_signature_schemes, scheme)) << wire::shown(scheme);
  }
}

// RFC 8446 4.2.3: pairs of TLS 1.2 with MD5 (1), SHA-224 (3) or DSA (2) MUST NOT be offered.
TEST(Obsolete, SignaturesAreNotToBeHad) {
  for (unsigned number = 0; number < 0x0800; ++number) {
    const unsigned hash = number >> 8;
    const unsigned signature = number & 0xff;
    if (hash != 1 && hash != 3 && signature != 2) continue;
    const auto scheme = static_cast<SignatureScheme>(number);
    EXPECT_FALSE(has(policy::known_signature_schemes(), scheme)) << number;
    EXPECT_FALSE(has(policy::supported_certificate_schemes(), scheme)) << number;
    Config config = client_config();
    config.certificate_signature_schemes = {scheme};
    EXPECT_TRUE(policy::find_problem(config).has_value()) << number;
  }
}

// RFC 8446 D.5: no RC4, nothing below 112 bits, no SSL: the suites of TLS 1.3 are AEADs with keys of 128 bits or more.
// RFC 9325 4.1: by default nothing before TLS 1.2, no NULL cipher, nothing without forward secrecy.
TEST(Obsolete, SuitesAndVersionsAreNotToBeHad) {
  for (unsigned number = 0; number < 0x10000; ++number) {
    const auto suite = static_cast<CipherSuite>(number);
    const auto facts = crypto::facts_of(suite);
    EXPECT_EQ(facts.has_value(), number >= 0x1301 && number <= 0x1305) << number;
    if (facts) {
      EXPECT_GE(facts->key_size, 16U);
    }
    Config config = client_config();
    config.cipher_suites = {suite};
    EXPECT_EQ(policy::find_problem(config).has_value(), !facts.has_value()) << number;
  }
  using enum wire::ProtocolVersion;
  EXPECT_EQ(policy::enabled_versions(policy::default_config()), (std::vector{tls_1_3, tls_1_2}));
  for (auto suite : policy::default_config().cipher_suites) {
    const auto* older = crypto::facts12_of(suite);
    if (older == nullptr) continue;
    EXPECT_TRUE(crypto::is_ephemeral(older->key_exchange)) << wire::shown(suite);
    EXPECT_NE(older->kind, crypto::CipherKind::null) << wire::shown(suite);
  }
  for (auto scheme : policy::default_config().signature_schemes) {
    EXPECT_NE(scheme, SignatureScheme::rsa_pkcs1_sha1);
    EXPECT_NE(scheme, SignatureScheme::ecdsa_sha1);
  }
  for (auto version : {wire::ProtocolVersion::ssl_3_0, wire::ProtocolVersion{0x0002}}) {
    Config config = client_config();
    config.min_version = version;
    EXPECT_TRUE(policy::find_problem(config).has_value());
  }
}

// RFC 8446 C.5: an unauthenticated peer is for a caller to ask for.
TEST(Defaults, VerifyThePeer) {
  EXPECT_EQ(policy::default_config().verification, policy::Verification::required);
}

}  // namespace
}  // namespace stepshake::testing
