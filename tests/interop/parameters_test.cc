// Every suite with every group, for each signature scheme, in both roles, with and without HelloRetryRequest: both
// sides complete and agree.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

struct ParametersCase {
  policy::Role our_role;
  wire::SignatureScheme scheme;
  bool retry;
};

// A group that is not this one: the first in the client's list, whose share is of no use.
wire::NamedGroup another_than(wire::NamedGroup group) {
  return group == wire::NamedGroup::x25519 ? wire::NamedGroup::secp256r1 : wire::NamedGroup::x25519;
}

// Every curve; finite fields and ML-KEM, where there are any, have a test of their own.
const std::vector<wire::NamedGroup> kCurves = {
    wire::NamedGroup::x25519, wire::NamedGroup::secp256r1, wire::NamedGroup::x448,
    wire::NamedGroup::secp384r1, wire::NamedGroup::secp521r1};

class Parameters : public ::testing::TestWithParam<ParametersCase> {};

void check_agreement(const Meeting& meeting, const ParametersCase& tested, wire::CipherSuite suite,
                     wire::NamedGroup group) {
  const handshake::Facts& facts = meeting.ours.facts();
  const LibsslPeer& theirs = meeting.theirs;
  EXPECT_EQ(facts.version, wire::ProtocolVersion::tls_1_3);
  EXPECT_EQ(facts.cipher_suite, suite);
  EXPECT_EQ(theirs.cipher_suite(), suite);
  EXPECT_EQ(facts.group, group);
  EXPECT_EQ(static_cast<int>(SSL_get_negotiated_group(theirs.get())), nid_of(group));
  EXPECT_EQ(facts.server_signature_scheme, tested.scheme);
  EXPECT_FALSE(facts.client_signature_scheme);
  EXPECT_EQ(
      tested.our_role == policy::Role::client ? theirs.own_signature() : theirs.peer_signature(),
      nids_of(tested.scheme));
  EXPECT_EQ(facts.alpn_protocol, to_bytes(view_of("h2")));
  EXPECT_EQ(theirs.alpn(), "h2");
  EXPECT_EQ(facts.server_name, kHost);
  EXPECT_EQ(theirs.server_name(), kHost);
  EXPECT_EQ(facts.hello_retry_request, tested.retry);
}

Meeting our_client(const ParametersCase& tested, wire::CipherSuite suite, wire::NamedGroup group,
                   std::uint64_t seed) {
  policy::Config config = client_config();
  config.cipher_suites = {suite};
  config.signature_schemes = {tested.scheme};
  config.alpn_protocols = {to_bytes(view_of("h2")), to_bytes(view_of("http/1.1"))};
  config.groups = {another_than(group), group};
  config.key_share_groups = {tested.retry ? another_than(group) : group};
  LibsslOptions options = libssl_server(key_type_of(tested.scheme));
  options.groups = {group};
  options.alpn = {"spdy/1", "h2"};
  return {std::move(config), options, seed};
}

Meeting our_server(const ParametersCase& tested, wire::CipherSuite suite, wire::NamedGroup group,
                   std::uint64_t seed) {
  policy::Config config = server_config(key_type_of(tested.scheme));
  config.cipher_suites = policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3);
  allow_groups(config, {group});
  config.alpn_protocols = {to_bytes(view_of("spdy/1")), to_bytes(view_of("h2"))};
  LibsslOptions options = libssl_client();
  options.cipher_suites = {suite};
  options.schemes = {tested.scheme};
  options.groups = {group};
  if (tested.retry) options.groups.insert(options.groups.begin(), another_than(group));
  options.alpn = {"h2", "http/1.1"};
  return {std::move(config), options, seed};
}

TEST_P(Parameters, BothSidesAgree) {
  const ParametersCase tested = GetParam();
  std::uint64_t seed = 1;
  for (const auto suite : policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)) {
    for (const auto group : kCurves) {
      SCOPED_TRACE(wire::shown(suite) + " " + wire::shown(group));
      Meeting meeting = tested.our_role == policy::Role::client
                            ? our_client(tested, suite, group, seed++)
                            : our_server(tested, suite, group, seed++);
      meeting.shake();
      ASSERT_TRUE(meeting.complete()) << meeting.trouble();
      EXPECT_EQ(meeting.ours.last.result.return_value, 1);
      EXPECT_EQ(meeting.ours.last.result.error, connection::SslError::none);
      check_agreement(meeting, tested, suite, group);
      meeting.exchange(1);
    }
  }
}

std::vector<ParametersCase> parameters_cases() {
  std::vector<ParametersCase> all;
  for (const auto role : {policy::Role::client, policy::Role::server}) {
    for (const auto scheme : policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3)) {
      for (const bool retry : {false, true}) all.push_back({role, scheme, retry});
    }
  }
  return all;
}

std::string parameters_name(const ::testing::TestParamInfo<ParametersCase>& info) {
  const ParametersCase& tested = info.param;
  return std::string(tested.our_role == policy::Role::client ? "OurClient_" : "OurServer_") +
         wire::shown(tested.scheme) + (tested.retry ? "_retry" : "");
}

INSTANTIATE_TEST_SUITE_P(All, Parameters, ::testing::ValuesIn(parameters_cases()), parameters_name);

// The groups that are slower or newer, each once in each role and with a retry.
TEST(Groups, BeyondTheCurves) {
  for (const auto group : policy::supported_groups()) {
    if (std::find(kCurves.begin(), kCurves.end(), group) != kCurves.end()) continue;
    if (!libssl_has(group)) continue;
    SCOPED_TRACE(wire::shown(group));
    const auto suite = wire::CipherSuite::tls_aes_128_gcm_sha256;
    for (const auto role : {policy::Role::client, policy::Role::server}) {
      // The slowest without the retry.
      const bool retry =
          group != wire::NamedGroup::ffdhe8192 && group != wire::NamedGroup::ffdhe6144;
      const ParametersCase tested{role, wire::SignatureScheme::ed25519, retry};
      Meeting meeting = role == policy::Role::client ? our_client(tested, suite, group, 1)
                                                     : our_server(tested, suite, group, 1);
      meeting.shake();
      ASSERT_TRUE(meeting.complete()) << meeting.trouble();
      check_agreement(meeting, tested, suite, group);
      meeting.exchange(10);
    }
  }
}

// The handshake's result does not depend on how the bytes come.
TEST(Pieces, OurSidesTakeOneByteAtATime) {
  for (const auto role : {policy::Role::client, policy::Role::server}) {
    const ParametersCase tested{role, wire::SignatureScheme::ecdsa_secp256r1_sha256, false};
    const auto suite = wire::CipherSuite::tls_aes_128_gcm_sha256;
    const auto group = wire::NamedGroup::x25519;
    Meeting meeting = role == policy::Role::client ? our_client(tested, suite, group, 1)
                                                   : our_server(tested, suite, group, 1);
    meeting.shake(1);
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    check_agreement(meeting, tested, suite, group);
    meeting.exchange(100);
  }
}

// RFC 7301 3.2
TEST(Alpn, NoOverlapIsTheSameAlertFromBothServers) {
  policy::Config config = server_config();
  config.alpn_protocols = {to_bytes(view_of("h3"))};
  LibsslOptions client = libssl_client();
  client.alpn = {"h2"};
  Meeting meeting(config, client);
  meeting.shake();
  EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received), "no_application_protocol");

  LibsslOptions server = libssl_server();
  server.alpn = {"h3"};
  config = client_config();
  config.alpn_protocols = {to_bytes(view_of("h2"))};
  Meeting other(config, server);
  other.shake();
  ASSERT_TRUE(other.ours.failure());
  EXPECT_EQ(other.ours.failure()->peer_alert, AlertDescription::no_application_protocol);
}

// RFC 7301 3.1: a server without a list leaves the extension out, and both go on.
TEST(Alpn, AServerMayIgnoreIt) {
  LibsslOptions client = libssl_client();
  client.alpn = {"h2"};
  Meeting meeting(server_config(), client);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_EQ(meeting.theirs.alpn(), "");

  policy::Config config = client_config();
  config.alpn_protocols = {to_bytes(view_of("h2"))};
  Meeting other(config, libssl_server());
  other.shake();
  ASSERT_TRUE(other.complete()) << other.trouble();
  EXPECT_FALSE(other.ours.facts().alpn_protocol);
}

// Whom both servers tell what when there is no overlap.
TEST(NoOverlap, OurServerSendsWhatLibsslSends) {
  struct Row {
    const char* name;
    std::function<void(LibsslOptions&)> narrow_client;
    std::function<void(policy::Config&, LibsslOptions&)> narrow_server;
  };
  using enum wire::CipherSuite;
  const std::vector<Row> rows = {
      {"suite", [](auto& client) { client.cipher_suites = {tls_aes_128_gcm_sha256}; },
       [](auto& ours, auto& theirs) {
         ours.cipher_suites = {tls_aes_256_gcm_sha384};
         theirs.cipher_suites = {tls_aes_256_gcm_sha384};
       }},
      {"group", [](auto& client) { client.groups = {wire::NamedGroup::x25519}; },
       [](auto& ours, auto& theirs) {
         allow_groups(ours, {wire::NamedGroup::secp384r1});
         theirs.groups = {wire::NamedGroup::secp384r1};
       }},
      {"scheme", [](auto& client) { client.schemes = {wire::SignatureScheme::ed25519}; },
       [](auto& /*ours*/, auto& /*theirs*/) {}},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    policy::Config config = server_config();
    LibsslOptions server = libssl_server();
    LibsslOptions client = libssl_client();
    row.narrow_client(client);
    row.narrow_server(config, server);
    Meeting meeting(config, client);
    meeting.shake();
    LibsslPeer their_client(client);
    LibsslPeer their_server(server);
    shake(their_client, their_server);
    EXPECT_NE(fatal_alert_in(their_client.alerts_received), "none");
    EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received),
              fatal_alert_in(their_client.alerts_received));
  }
}

}  // namespace
}  // namespace stepshake::testing
