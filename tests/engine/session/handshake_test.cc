// Our client against our server: every suite, group and key, and what they agree on.
#include <gtest/gtest.h>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;

std::string failures(const Pair& pair) {
  const auto told = [](const Side& side) {
    if (!side.failure()) return std::string(session::state_name(side.session()));
    return std::string(facts_of(side.failure()->reason).name) + " (" + side.failure()->detail + ")";
  };
  return "client: " + told(pair.client) + ", server: " + told(pair.server);
}

// Those that can be made: crypto/x509_test.cc demands that it be all of them.
std::vector<crypto::KeyType> usable_key_types() {
  static const auto usable = [] {
    auto types = key_types();
    std::erase_if(types, [](auto type) { return !crypto::generate_key(type).ok(); });
    return types;
  }();
  return usable;
}

void expect_agreement(const Pair& pair) {
  const auto& client = pair.client.facts();
  const auto& server = pair.server.facts();
  EXPECT_EQ(client.version, wire::ProtocolVersion::tls_1_3);
  EXPECT_EQ(client.version, server.version);
  EXPECT_EQ(client.cipher_suite, server.cipher_suite);
  EXPECT_EQ(client.group, server.group);
  EXPECT_EQ(client.server_signature_scheme, server.server_signature_scheme);
  EXPECT_EQ(client.client_signature_scheme, server.client_signature_scheme);
  EXPECT_EQ(client.alpn_protocol, server.alpn_protocol);
  EXPECT_EQ(client.server_name, server.server_name);
}

// Data both ways, and an orderly end.
void expect_conversation(Pair& pair) {
  const Bytes question = {1, 2, 3};
  EXPECT_EQ(pair.client.step({}, Call::write, question).result.return_value, 3);
  EXPECT_EQ(pair.server.step(pair.client.take_output(), Call::read).result.data, question);
  const Bytes answer(20'000, 7);
  EXPECT_EQ(pair.server.step({}, Call::write, answer).result.return_value, 20'000);
  Bytes got = pair.client.step(pair.server.take_output(), Call::read).result.data;
  EXPECT_EQ(got.size(), 16'384U) << "a record at a time";
  append(got, pair.client.step({}, Call::read).result.data);
  EXPECT_EQ(got, answer);
  EXPECT_EQ(pair.client.step({}, Call::shutdown).result.return_value, 0);
  EXPECT_EQ(pair.server.step(pair.client.take_output(), Call::read).result.error,
            connection::SslError::zero_return);
  EXPECT_EQ(pair.server.step({}, Call::shutdown).result.return_value, 1);
  EXPECT_EQ(pair.client.step(pair.server.take_output(), Call::shutdown).result.return_value, 1);
}

TEST(Handshake, CompletesWithDefaults) {
  Pair pair(client_config(), server_config());
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_EQ(pair.client.last.result.return_value, 1);
  expect_agreement(pair);
  expect_conversation(pair);
}

TEST(Handshake, CompletesForEverySuiteAndGroup) {
  for (auto suite : policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)) {
    for (auto group : policy::supported_groups()) {
      auto client = client_config();
      client.cipher_suites = {suite};
      allow_groups(client, {group});
      auto server = server_config();
      server.cipher_suites = policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3);
      allow_groups(server, policy::supported_groups());
      Pair pair(client, server);
      pair.run();
      ASSERT_TRUE(pair.complete())
          << wire::shown(suite) << " " << wire::shown(group) << " " << failures(pair);
      EXPECT_EQ(pair.server.facts().cipher_suite, suite);
      EXPECT_EQ(pair.server.facts().group, group);
      expect_agreement(pair);
      expect_conversation(pair);
    }
  }
}

TEST(Handshake, CompletesForEveryKeyAndEveryWayToSign) {
  for (auto type : usable_key_types()) {
    for (auto scheme : policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3)) {
      if (!crypto::fits(scheme, identity(type).key)) continue;
      for (auto nonces : {crypto::Nonces::libcrypto, crypto::Nonces::from_entropy}) {
        auto server = server_config(type);
        server.signature_schemes = {scheme};
        server.signature_nonces = nonces;
        Pair pair(client_config(), server);
        pair.run();
        ASSERT_TRUE(pair.complete()) << wire::shown(scheme) << " " << failures(pair);
        EXPECT_EQ(pair.client.facts().server_signature_scheme, scheme);
        expect_agreement(pair);
      }
    }
  }
}

TEST(Handshake, CompletesForEveryKeyOfTheClients) {
  for (auto type : usable_key_types()) {
    auto client = client_config();
    client.identities = {identity(type)};
    auto server = server_config();
    server.trust = test_trust();
    server.client_authentication = policy::ClientAuthentication::require;
    Pair pair(client, server);
    pair.run();
    ASSERT_TRUE(pair.complete()) << name_of(type) << " " << failures(pair);
    EXPECT_EQ(pair.server.facts().peer_certificates, identity(type).chain);
    EXPECT_EQ(pair.server.facts().verdict->code, 0);
    expect_agreement(pair);
    expect_conversation(pair);
  }
}

TEST(Handshake, CompletesByteByByte) {
  Pair pair(client_config(), server_config());
  pair.run(1);
  ASSERT_TRUE(pair.complete()) << failures(pair);
  expect_agreement(pair);
}

// One share of several, in the server's favourite group: no second round trip.
TEST(Handshake, UsesAShareThatIsThere) {
  auto client = client_config();
  client.groups = {wire::NamedGroup::x25519, wire::NamedGroup::secp256r1};
  client.key_share_groups = client.groups;
  auto server = server_config();
  allow_groups(server, {wire::NamedGroup::secp256r1, wire::NamedGroup::x25519});
  Pair pair(client, server);
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_EQ(pair.client.facts().group, wire::NamedGroup::secp256r1);
  EXPECT_FALSE(pair.client.facts().hello_retry_request);
}

TEST(Handshake, AgreesOnAnAlpnProtocolByTheServersPreference) {
  auto client = client_config();
  client.alpn_protocols = {to_bytes(view_of("h2")), to_bytes(view_of("http/1.1"))};
  auto server = server_config();
  server.alpn_protocols = {to_bytes(view_of("http/1.1")), to_bytes(view_of("h2"))};
  Pair pair(client, server);
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_EQ(pair.client.facts().alpn_protocol, to_bytes(view_of("http/1.1")));
  expect_agreement(pair);
}

struct Refusal {
  const char* name;
  void (*change)(policy::Config& client, policy::Config& server);
  bool by_client;
  AlertDescription alert;
};

class Refused : public ::testing::TestWithParam<Refusal> {};

// The one side fails with its own reason, the other with the peer's alert.
TEST_P(Refused, WithTheRfcsAlert) {
  auto client = client_config();
  auto server = server_config();
  GetParam().change(client, server);
  Pair pair(client, server);
  pair.run();
  // A client that is done reads the server's alert where it reads data.
  if (pair.client.complete()) pair.client.step({}, Call::read);
  const Side& refusing = GetParam().by_client ? pair.client : pair.server;
  const Side& other = GetParam().by_client ? pair.server : pair.client;
  ASSERT_TRUE(refusing.failure().has_value()) << failures(pair);
  EXPECT_EQ(alert_of(*refusing.failure()), GetParam().alert) << failures(pair);
  ASSERT_TRUE(other.failure().has_value()) << failures(pair);
  EXPECT_EQ(other.failure()->peer_alert, GetParam().alert);
}

using policy::Config;
INSTANTIATE_TEST_SUITE_P(
    Handshake, Refused,
    ::testing::Values(
        Refusal{"NoSharedSuite",
                [](Config& client, Config& server) {
                  client.cipher_suites = {wire::CipherSuite::tls_aes_128_gcm_sha256};
                  server.cipher_suites = {wire::CipherSuite::tls_aes_256_gcm_sha384};
                },
                false, AlertDescription::handshake_failure},
        Refusal{"NoSharedGroup",
                [](Config& client, Config& server) {
                  allow_groups(client, {wire::NamedGroup::x25519});
                  allow_groups(server, {wire::NamedGroup::secp384r1});
                },
                false, AlertDescription::handshake_failure},
        Refusal{"NoSharedScheme",
                [](Config& client, Config&) {
                  client.signature_schemes = {wire::SignatureScheme::ed25519};
                },
                false, AlertDescription::handshake_failure},
        Refusal{"NoSharedProtocol",
                [](Config& client, Config& server) {
                  client.alpn_protocols = {Bytes{'a'}};
                  server.alpn_protocols = {Bytes{'b'}};
                },
                false, AlertDescription::no_application_protocol},
        Refusal{"UnknownCa", [](Config& client, Config&) { client.trust = {}; }, true,
                AlertDescription::unknown_ca},
        Refusal{"WrongName", [](Config& client, Config&) { client.server_name = "other.test"; },
                true, AlertDescription::bad_certificate},
        Refusal{"WrongAddress", [](Config& client, Config&) { client.server_name = "127.0.0.2"; },
                true, AlertDescription::bad_certificate},
        Refusal{"CertificateRequired",
                [](Config&, Config& server) {
                  server.client_authentication = policy::ClientAuthentication::require;
                },
                false, AlertDescription::certificate_required},
        Refusal{"ClientOfAnUnknownCa",
                [](Config& client, Config& server) {
                  client.identities = {identity(crypto::KeyType::ed25519)};
                  server.client_authentication = policy::ClientAuthentication::request;
                },
                false, AlertDescription::unknown_ca}),
    [](const auto& of) { return std::string(of.param.name); });

TEST(Verification, RecordedGoesOnAndSaysWhatItFound) {
  auto client = client_config();
  client.trust = {};
  client.verification = policy::Verification::recorded;
  Pair pair(client, server_config());
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  ASSERT_TRUE(pair.client.facts().verdict.has_value());
  EXPECT_NE(pair.client.facts().verdict->code, 0);
  EXPECT_FALSE(pair.client.facts().verdict->text.empty());
}

TEST(Verification, OffGoesOnWithoutAVerdict) {
  auto client = client_config();
  client.trust = {};
  client.verification = policy::Verification::off;
  Pair pair(client, server_config());
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_FALSE(pair.client.facts().verdict.has_value());
}

TEST(Verification, TakesAnAddressThatTheCertificateBears) {
  auto client = client_config();
  client.server_name = "127.0.0.1";
  Pair pair(client, server_config());
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_EQ(pair.server.facts().server_name, "") << "RFC 6066 3: no addresses in server_name";
}

TEST(ClientAuthentication, MayBeDeclinedWhereItIsOnlyAskedFor) {
  auto server = server_config();
  server.client_authentication = policy::ClientAuthentication::request;
  Pair pair(client_config(), server);
  pair.run();
  ASSERT_TRUE(pair.complete()) << failures(pair);
  EXPECT_TRUE(pair.server.facts().peer_certificates.empty());
}

}  // namespace
}  // namespace stepshake::testing
