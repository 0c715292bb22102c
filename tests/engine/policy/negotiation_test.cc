// policy/negotiation.h: hellos and configurations in, choices out.
#include "policy/negotiation.h"

#include <gtest/gtest.h>

#include "support/hex.h"
#include "support/identities.h"

namespace stepshake::testing {
namespace {

using wire::CipherSuite;
using wire::NamedGroup;
using wire::SignatureScheme;

constexpr auto kAes128 = CipherSuite::tls_aes_128_gcm_sha256;
constexpr auto kAes256 = CipherSuite::tls_aes_256_gcm_sha384;
constexpr auto kChaCha = CipherSuite::tls_chacha20_poly1305_sha256;

wire::ClientHello hello() {
  wire::ClientHello hello;
  hello.cipher_suites = {kAes128, kAes256};
  hello.extensions.supported_versions = {wire::ProtocolVersion::tls_1_3};
  hello.extensions.supported_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  hello.extensions.key_share = {{NamedGroup::x25519, Bytes(32, 9)}};
  hello.extensions.signature_algorithms = {SignatureScheme::ecdsa_secp256r1_sha256,
                                           SignatureScheme::ed25519};
  return hello;
}

Reason reason(const wire::ClientHello& hello, const policy::Config& config) {
  const auto choice = policy::negotiate(hello, config, kNow);
  return choice.ok() ? Reason::peer_alert : choice.failure().reason;
}

TEST(Suites, AreChosenByTheServersPreference) {
  struct Row {
    std::vector<CipherSuite> client, server;
    CipherSuite chosen;
  };
  for (const Row& row : {Row{{kAes128, kAes256}, {kAes256, kAes128}, kAes256},
                         Row{{kAes256, kAes128}, {kAes128, kAes256}, kAes128},
                         Row{{CipherSuite{0xfafa}, kChaCha}, {kAes128, kChaCha}, kChaCha}}) {
    auto from = hello();
    from.cipher_suites = row.client;
    auto config = server_config();
    config.cipher_suites = row.server;
    EXPECT_EQ(policy::negotiate(from, config, kNow)->cipher_suite, row.chosen);
  }
  auto config = server_config();
  config.cipher_suites = {kChaCha};
  EXPECT_EQ(reason(hello(), config), Reason::no_shared_cipher);
}

TEST(Groups, WithAShareComeBeforeGroupsWithout) {
  struct Row {
    std::vector<NamedGroup> server;
    NamedGroup chosen;
    bool share;
  };
  for (const Row& row :
       {Row{{NamedGroup::x25519}, NamedGroup::x25519, true},
        Row{{NamedGroup::secp256r1, NamedGroup::x25519}, NamedGroup::x25519, true},
        Row{{NamedGroup::secp384r1, NamedGroup::secp256r1}, NamedGroup::secp256r1, false}}) {
    auto config = server_config();
    config.groups = row.server;
    const auto choice = policy::negotiate(hello(), config, kNow);
    ASSERT_TRUE(choice.ok());
    EXPECT_EQ(choice->group, row.chosen);
    EXPECT_EQ(choice->share.has_value(), row.share);
    EXPECT_EQ(choice->needs_retry(), !row.share);
  }
  auto config = server_config();
  config.groups = {NamedGroup::secp521r1};
  EXPECT_EQ(reason(hello(), config), Reason::no_shared_group);
}

TEST(Shares, AreOneAGroupAndOfOfferedGroups) {
  auto twice = hello();
  twice.extensions.key_share->push_back({NamedGroup::x25519, Bytes(32, 8)});
  EXPECT_EQ(reason(twice, server_config()), Reason::bad_key_share);
  auto unoffered = hello();
  unoffered.extensions.key_share->push_back({NamedGroup::secp384r1, Bytes(97, 4)});
  EXPECT_EQ(reason(unoffered, server_config()), Reason::bad_key_share);
  auto none = hello();
  none.extensions.key_share->clear();
  EXPECT_TRUE(policy::negotiate(none, server_config(), kNow)->needs_retry());
}

// RFC 8446 9.2
TEST(Mandatory, ExtensionsAreMissed) {
  auto from = hello();
  from.extensions.supported_groups.reset();
  EXPECT_EQ(reason(from, server_config()), Reason::missing_extension);
  from = hello();
  from.extensions.key_share.reset();
  EXPECT_EQ(reason(from, server_config()), Reason::missing_extension);
  from = hello();
  from.extensions.signature_algorithms.reset();
  EXPECT_EQ(reason(from, server_config()), Reason::missing_signature_algorithms);
}

TEST(Alpn, IsChosenByTheServersPreferenceOrRefused) {
  const Bytes h2 = to_bytes(view_of("h2"));
  const Bytes http = to_bytes(view_of("http/1.1"));
  auto config = server_config();
  EXPECT_FALSE(policy::negotiate(hello(), config, kNow)->alpn_protocol.has_value());
  auto from = hello();
  from.extensions.alpn = {h2, http};
  EXPECT_FALSE(policy::negotiate(from, config, kNow)->alpn_protocol.has_value());
  config.alpn_protocols = {http, h2};
  EXPECT_EQ(policy::negotiate(from, config, kNow)->alpn_protocol, http);
  EXPECT_FALSE(policy::negotiate(hello(), config, kNow)->alpn_protocol.has_value());
  config.alpn_protocols = {Bytes{'x'}};
  EXPECT_EQ(reason(from, config), Reason::no_application_protocol);
}

TEST(Identity, IsTheFirstThatCanSignWhatTheClientTakes) {
  auto config = server_config(crypto::KeyType::ec_p384);
  config.identities.push_back(identity(crypto::KeyType::ed25519));
  config.identities.push_back(identity(crypto::KeyType::ec_p256));
  const auto choice = policy::negotiate(hello(), config, kNow);
  ASSERT_TRUE(choice.ok() && choice->certificate);
  EXPECT_EQ(choice->certificate->identity, 1U);
  EXPECT_EQ(choice->certificate->scheme, SignatureScheme::ed25519);
  auto from = hello();
  from.extensions.signature_algorithms = {SignatureScheme::rsa_pkcs1_sha256};
  EXPECT_EQ(reason(from, config), Reason::no_suitable_certificate);
}

// RFC 8446 4.2.1, D.5
TEST(Version, IsTheHighestOfBoth) {
  const auto config = server_config();
  EXPECT_EQ(*policy::choose_version(hello(), config), wire::ProtocolVersion::tls_1_3);
  auto old = hello();
  old.extensions.supported_versions = {wire::ProtocolVersion::tls_1_2};
  EXPECT_EQ(policy::choose_version(old, config).failure().reason, Reason::no_shared_version);
  old.extensions.supported_versions.reset();
  EXPECT_EQ(policy::choose_version(old, config).failure().reason, Reason::no_shared_version);
  auto ssl = hello();
  ssl.legacy_version = 0x0300;
  EXPECT_EQ(alert_of(policy::choose_version(ssl, config).failure()),
            AlertDescription::protocol_version);
}

}  // namespace
}  // namespace stepshake::testing
