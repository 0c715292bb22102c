// policy/config.h: what is wrong with a configuration, by its field, and the digest that tells two apart.
#include "policy/config.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "support/identities.h"

namespace stepshake::testing {
namespace {

using policy::Config;

struct Problem {
  const char* name;
  const char* field;
  std::function<void(Config&)> change;
};

std::vector<Problem> problems() {
  using wire::CipherSuite;
  using wire::NamedGroup;
  using wire::ProtocolVersion;
  using wire::SignatureScheme;
  return {
      {"NoSuites", "cipher_suites", [](auto& c) { c.cipher_suites.clear(); }},
      {"UnknownSuite", "cipher_suites[1]",
       [](auto& c) {
         c.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256, CipherSuite{0xfafa}};
       }},
      {"SuiteTwice", "cipher_suites[1]",
       [](auto& c) {
         c.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256,
                            CipherSuite::tls_aes_128_gcm_sha256};
       }},
      {"NoGroups", "groups", [](auto& c) { c.groups.clear(); }},
      {"UnknownGroup", "groups[0]", [](auto& c) { c.groups = {NamedGroup{0xfafa}}; }},
      {"ShareOutsideGroups", "key_share_groups[0]",
       [](auto& c) {
         c.groups = {NamedGroup::x25519};
         c.key_share_groups = {NamedGroup::secp256r1};
       }},
      {"SharesOutOfOrder", "key_share_groups[1]",
       [](auto& c) {
         c.groups = {NamedGroup::x25519, NamedGroup::secp256r1};
         c.key_share_groups = {NamedGroup::secp256r1, NamedGroup::x25519};
       }},
      {"NoSchemes", "signature_schemes", [](auto& c) { c.signature_schemes.clear(); }},
      {"SchemeForCertificatesOnly", "signature_schemes",
       [](auto& c) { c.signature_schemes = {SignatureScheme::rsa_pkcs1_sha256}; }},
      {"UnknownCertificateScheme", "certificate_signature_schemes[0]",
       [](auto& c) { c.certificate_signature_schemes = {SignatureScheme{0xfafa}}; }},
      {"OldVersion", "min_version", [](auto& c) { c.min_version = ProtocolVersion::ssl_3_0; }},
      {"NoSuiteOfTheVersion", "cipher_suites",
       [](auto& c) { c.min_version = c.max_version = ProtocolVersion::tls_1_2; }},
      {"NoSchemeOfTheVersion", "signature_schemes",
       [](auto& c) {
         c.min_version = c.max_version = ProtocolVersion::tls_1_2;
         c.cipher_suites = policy::supported_cipher_suites(ProtocolVersion::tls_1_2);
         c.signature_schemes.clear();
       }},
      {"WeakDheGroup", "dhe_group",
       [](auto& c) {
         c.dhe_group = crypto::DheGroup{Bytes(128, 0xff), Bytes{2}};
       }},
      {"DheGroupWithoutASafePrime", "dhe_group",
       [](auto& c) {
         c.dhe_group = crypto::dhe_group_of(NamedGroup::ffdhe2048);
         c.dhe_group->prime[100] ^= 2;
       }},
      {"NewVersion", "max_version", [](auto& c) { c.max_version = ProtocolVersion{0x0305}; }},
      {"EmptyProtocol", "alpn_protocols[0]", [](auto& c) { c.alpn_protocols = {{}}; }},
      {"LongProtocol", "alpn_protocols[1]",
       [](auto& c) {
         c.alpn_protocols = {Bytes(255, 'a'), Bytes(256, 'a')};
       }},
      {"LongName", "server_name", [](auto& c) { c.server_name = std::string(254, 'a'); }},
      {"NameNotAscii", "server_name",
       [](auto& c) {
         c.server_name =
             "b\xc3\xbc"
             "cher.example";
       }},
      {"NameWithABlank", "server_name", [](auto& c) { c.server_name = "a b"; }},
      {"NameWithADot", "server_name", [](auto& c) { c.server_name = "example."; }},
      {"NoIdentity", "identities", [](auto& c) { c.identities.clear(); }},
      {"EmptyChain", "identities[0]", [](auto& c) { c.identities[0].chain.clear(); }},
      {"BrokenLeaf", "identities[0]", [](auto& c) { c.identities[0].chain[0].pop_back(); }},
      {"AnothersKey", "identities[0]",
       [](auto& c) { c.identities[0].key = identity(crypto::KeyType::ed25519).key; }},
      {"UnusableKey", "identities[0]",
       [](auto& c) { c.signature_schemes = {SignatureScheme::ed25519}; }},
      // RFC 7301 3.1: the whole list has a length of 2 bytes.
      {"TooManyProtocols", "alpn_protocols",
       [](auto& c) {
         for (int i = 0; i < 300; ++i) {
           Bytes name(255, 'a');
           name[0] = static_cast<std::uint8_t>(i % 100);
           name[1] = static_cast<std::uint8_t>(i / 100);
           c.alpn_protocols.push_back(name);
         }
       }},
  };
}

class BadConfig : public ::testing::TestWithParam<Problem> {};

TEST_P(BadConfig, IsNamedByItsField) {
  Config config = server_config();
  ASSERT_FALSE(policy::find_problem(config).has_value());
  GetParam().change(config);
  const auto problem = policy::find_problem(config);
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->field, GetParam().field) << problem->reason;
  EXPECT_FALSE(problem->reason.empty());
}

INSTANTIATE_TEST_SUITE_P(Config, BadConfig, ::testing::ValuesIn(problems()),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(GoodConfig, HasNoProblem) {
  EXPECT_FALSE(policy::find_problem(policy::default_config()).has_value());
  EXPECT_FALSE(policy::find_problem(client_config()).has_value());
  auto config = client_config();
  config.server_name = "127.0.0.1";
  EXPECT_FALSE(policy::find_problem(config).has_value());
  config.server_name = "::1";
  EXPECT_FALSE(policy::find_problem(config).has_value());
}

const std::map<std::string, std::function<void(Config&)>>& changes() {
  static const std::map<std::string, std::function<void(Config&)>> all = {
      {"role", [](auto& c) { c.role = policy::Role::client; }},
      {"no role", [](auto& c) { c.role.reset(); }},
      {"min_version", [](auto& c) { c.min_version = wire::ProtocolVersion::tls_1_2; }},
      {"max_version", [](auto& c) { c.max_version = wire::ProtocolVersion::tls_1_2; }},
      {"cipher_suites", [](auto& c) { c.cipher_suites.pop_back(); }},
      {"order of cipher_suites",
       [](auto& c) { std::swap(c.cipher_suites[0], c.cipher_suites[1]); }},
      {"groups", [](auto& c) { c.groups.pop_back(); }},
      {"key_share_groups", [](auto& c) { c.key_share_groups = {c.groups[0]}; }},
      {"signature_schemes", [](auto& c) { c.signature_schemes.pop_back(); }},
      {"certificate_signature_schemes",
       [](auto& c) { c.certificate_signature_schemes.pop_back(); }},
      {"alpn_protocols", [](auto& c) { c.alpn_protocols = {Bytes{'a'}}; }},
      {"more alpn_protocols",
       [](auto& c) {
         c.alpn_protocols = {Bytes{'a'}, Bytes{'b'}};
       }},
      {"server_name", [](auto& c) { c.server_name = "a"; }},
      {"no identities", [](auto& c) { c.identities.clear(); }},
      {"identities", [](auto& c) { c.identities = {identity(crypto::KeyType::ed25519)}; }},
      {"trust", [](auto& c) { c.trust = test_trust(); }},
      {"verification", [](auto& c) { c.verification = policy::Verification::off; }},
      {"client_authentication",
       [](auto& c) { c.client_authentication = policy::ClientAuthentication::request; }},
      {"middlebox_compatibility", [](auto& c) { c.middlebox_compatibility = false; }},
      {"ignore_unexpected_eof", [](auto& c) { c.ignore_unexpected_eof = true; }},
      {"signature_nonces", [](auto& c) { c.signature_nonces = crypto::Nonces::from_entropy; }},
      {"extended_master_secret",
       [](auto& c) { c.extended_master_secret = policy::Wish::required; }},
      {"encrypt_then_mac", [](auto& c) { c.encrypt_then_mac = false; }},
      {"session_tickets", [](auto& c) { c.session_tickets = false; }},
      {"renegotiation", [](auto& c) { c.renegotiation = policy::Renegotiation::allowed; }},
      {"legacy_servers", [](auto& c) { c.legacy_servers = true; }},
      {"fallback_scsv", [](auto& c) { c.fallback_scsv = true; }},
      {"psk_identity_hint", [](auto& c) { c.psk_identity_hint = Bytes{'h'}; }},
      {"least_dhe_bits", [](auto& c) { c.least_dhe_bits = 3'072; }},
      {"dhe_group",
       [](auto& c) { c.dhe_group = crypto::dhe_group_of(wire::NamedGroup::ffdhe2048); }},
      {"limits.handshake_message", [](auto& c) { c.limits.handshake_message = 1; }},
      {"limits.certificates", [](auto& c) { c.limits.certificates = 1; }},
      {"limits.warnings", [](auto& c) { c.limits.warnings = 1; }},
      {"limits.empty_records", [](auto& c) { c.limits.empty_records = 1; }},
      {"limits.key_updates", [](auto& c) { c.limits.key_updates = 1; }},
  };
  return all;
}

TEST(Digest, ChangesWithEveryMember) {
  std::map<policy::ConfigDigest, std::string> seen = {
      {policy::digest_of(server_config()), "nothing"}};
  EXPECT_EQ(policy::digest_of(server_config()), policy::digest_of(server_config()));
  for (const auto& [name, change] : changes()) {
    Config config = server_config();
    change(config);
    const auto [other, fresh] = seen.emplace(policy::digest_of(config), name);
    EXPECT_TRUE(fresh) << name << " has the digest of " << other->second;
  }
}

// Two authorities of one name are two: another key decides whom the session trusts.
TEST(Digest, TellsAuthoritiesOfOneNameApart) {
  const auto authority = [] {
    return crypto::issue_authority(crypto::KeyType::ec_p256, {"One name", "", kNow, kNow + 1000})
        ->certificate;
  };
  Config one = client_config();
  Config other = client_config();
  one.trust = crypto::TrustAnchors({authority()});
  other.trust = crypto::TrustAnchors({authority()});
  EXPECT_NE(policy::digest_of(one), policy::digest_of(other));
}

}  // namespace
}  // namespace stepshake::testing
