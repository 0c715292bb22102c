// TLS 1.2 with libssl, in both roles: every suite, group and signature scheme, and what the hellos agree on.
#include <gtest/gtest.h>

#include "crypto/cipher_suite12.h"
#include "policy/negotiation12.h"
#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

using policy::Role;
using wire::CipherSuite;
using wire::NamedGroup;
using wire::ProtocolVersion;
using wire::SignatureScheme;

int libssl_version(ProtocolVersion version) { return wire::number_of(version); }

// libssl of one version alone.
LibsslOptions only(ProtocolVersion version, LibsslOptions options) {
  options.min_version = libssl_version(version);
  options.max_version = libssl_version(version);
  return options;
}

crypto::KeyType key_type_for(CipherSuite suite) {
  const auto facts = *crypto::facts12_of(suite);
  return facts.authentication == crypto::Authentication::ecdsa ? crypto::KeyType::ec_p256
                                                               : crypto::KeyType::rsa;
}

policy::Config ours(Role role, crypto::KeyType key = crypto::KeyType::ec_p256) {
  return role == Role::client ? client_config12() : server_config12(key);
}

LibsslOptions theirs(Role our_role, crypto::KeyType key = crypto::KeyType::ec_p256) {
  return only(ProtocolVersion::tls_1_2,
              our_role == Role::client ? libssl_server(key) : libssl_client());
}

std::vector<CipherSuite> suites_with(bool (*wanted)(const crypto::Suite12Facts&)) {
  std::vector<CipherSuite> suites;
  for (auto suite : policy::supported_cipher_suites(ProtocolVersion::tls_1_2)) {
    if (wanted(*crypto::facts12_of(suite)) && libssl_has(suite)) suites.push_back(suite);
  }
  return suites;
}

bool is_certified(const crypto::Suite12Facts& facts) {
  return crypto::has_certificate(facts.key_exchange) && !crypto::uses_psk(facts.key_exchange);
}

void check_both_agree(const Meeting& meeting, CipherSuite suite) {
  ASSERT_TRUE(meeting.complete()) << wire::shown(suite) << " " << meeting.trouble();
  EXPECT_EQ(meeting.ours.facts().version, ProtocolVersion::tls_1_2);
  EXPECT_EQ(meeting.ours.facts().cipher_suite, suite);
  EXPECT_EQ(meeting.theirs.cipher_suite(), suite);
  EXPECT_TRUE(meeting.ours.facts().extended_master_secret);
  EXPECT_TRUE(meeting.ours.facts().secure_renegotiation);
  EXPECT_EQ(SSL_get_secure_renegotiation_support(meeting.theirs.get()), 1);
}

class InEitherRole : public ::testing::TestWithParam<Role> {};
INSTANTIATE_TEST_SUITE_P(Tls12, InEitherRole, ::testing::Values(Role::client, Role::server),
                         [](const auto& of) {
                           return of.param == Role::client ? "Client" : "Server";
                         });

TEST_P(InEitherRole, EverySuiteWithACertificateCompletesAndCarriesData) {
  const auto suites = suites_with(is_certified);
  EXPECT_GE(suites.size(), 30U);
  for (const auto suite : suites) {
    SCOPED_TRACE(wire::shown(suite));
    policy::Config config = ours(GetParam(), key_type_for(suite));
    config.cipher_suites = {suite};
    LibsslOptions options = theirs(GetParam(), key_type_for(suite));
    options.older_suites = {suite};
    Meeting meeting(config, options);
    meeting.shake();
    check_both_agree(meeting, suite);
    for (std::size_t size : {1U, 100U, 20'000U}) meeting.exchange(size);
  }
}

TEST_P(InEitherRole, EveryCurveCompletes) {
  for (const auto group : policy::supported_groups()) {
    if (!policy::is_curve(group)) continue;
    SCOPED_TRACE(wire::shown(group));
    policy::Config config = ours(GetParam());
    // The certificate's curve is one of them too (RFC 8422 5.1).
    config.groups = {group};
    if (group != NamedGroup::secp256r1) config.groups.push_back(NamedGroup::secp256r1);
    config.key_share_groups.clear();
    LibsslOptions options = theirs(GetParam());
    options.groups = config.groups;
    Meeting meeting(config, options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().group, group);
    EXPECT_EQ(static_cast<int>(SSL_get_negotiated_group(meeting.theirs.get())), nid_of(group));
  }
}

TEST_P(InEitherRole, BytesMayComeOneByOne) {
  Meeting meeting(ours(GetParam()), theirs(GetParam()));
  meeting.shake(1);
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  meeting.exchange(100);
}

TEST_P(InEitherRole, TheBetterVersionIsChosen) {
  for (const auto version : {ProtocolVersion::tls_1_2, ProtocolVersion::tls_1_3}) {
    const bool client = GetParam() == Role::client;
    LibsslOptions options = client ? libssl_server() : libssl_client();
    options.min_version = TLS1_2_VERSION;
    options.max_version = libssl_version(version);
    Meeting meeting(client ? client_config_of_all_versions() : server_config_of_all_versions(),
                    options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().version, version);
    EXPECT_EQ(SSL_version(meeting.theirs.get()), libssl_version(version));
    meeting.exchange(100);
  }
}

TEST_P(InEitherRole, AlpnAndServerNameAreAgreedOn) {
  policy::Config config = ours(GetParam());
  config.alpn_protocols = {to_bytes(view_of("h2")), to_bytes(view_of("http/1.1"))};
  LibsslOptions options = theirs(GetParam());
  options.alpn = {"spdy/1", "h2"};
  Meeting meeting(config, options);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_EQ(meeting.ours.facts().alpn_protocol, to_bytes(view_of("h2")));
  EXPECT_EQ(meeting.theirs.alpn(), "h2");
  EXPECT_EQ(meeting.ours.facts().server_name, kHost);
  EXPECT_EQ(meeting.theirs.server_name(), kHost);
}

TEST_P(InEitherRole, ExportersAgree) {
  Meeting meeting(ours(GetParam()), theirs(GetParam()));
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  const Bytes some = {1, 2, 3};
  for (const bool with_context : {false, true}) {
    for (const Bytes& context : {Bytes(), some}) {
      const auto made = connection::export_keying_material(
          meeting.ours.stepped.connection, "EXPORTER-test",
          with_context ? std::optional<BytesView>(context) : std::nullopt, 40);
      ASSERT_TRUE(made.ok());
      Bytes expected(40);
      ASSERT_EQ(SSL_export_keying_material(meeting.theirs.get(), expected.data(), expected.size(),
                                           "EXPORTER-test", 13, context.data(), context.size(),
                                           with_context ? 1 : 0),
                1);
      EXPECT_TRUE(same(made->view(), expected)) << with_context << context.size();
    }
  }
}

}  // namespace
}  // namespace stepshake::testing
