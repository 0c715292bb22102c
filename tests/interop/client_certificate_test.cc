// Client certificates with libssl on the other side: asked for or not, had or not, from a known CA or not. Where it
// fails, libssl sees from us the alert that it would have sent itself.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

using policy::ClientAuthentication;

enum class Has : std::uint8_t { nothing, known, unknown_ca, expired, unusable_key };

const crypto::Issued& other_authority() {
  static const auto authority = crypto::issue_authority(
      crypto::KeyType::ec_p256, {"Other CA", "", kNow - 86'400, kNow + 86'400});
  return authority.value();
}

policy::Identity issue(const crypto::Issued& authority, std::int64_t not_after,
                       crypto::KeyType type = crypto::KeyType::ec_p256) {
  auto issued = crypto::issue_leaf(
      type, {"client.stepshake.test", "DNS:client.stepshake.test", kNow - 86'400, not_after},
      authority);
  return {{issued->certificate}, issued->key};
}

const policy::Identity* client_identity(Has has) {
  static const policy::Identity known = issue(test_authority(), kNow + 86'400);
  static const policy::Identity unknown_ca = issue(other_authority(), kNow + 86'400);
  static const policy::Identity expired = issue(test_authority(), kNow - 3'600);
  static const policy::Identity ed448 =
      issue(test_authority(), kNow + 86'400, crypto::KeyType::ed448);
  switch (has) {
    case Has::known: return &known;
    case Has::unknown_ca: return &unknown_ca;
    case Has::expired: return &expired;
    case Has::unusable_key: return &ed448;
    case Has::nothing: break;
  }
  return nullptr;
}

int verify_mode(ClientAuthentication authentication) {
  switch (authentication) {
    case ClientAuthentication::request: return SSL_VERIFY_PEER;
    case ClientAuthentication::require: return SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    case ClientAuthentication::none: break;
  }
  return SSL_VERIFY_NONE;
}

// Ed448 is not among what the server takes, so that a key of it is of no use.
std::vector<wire::SignatureScheme> taken_schemes() {
  auto schemes = policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3);
  std::erase(schemes, wire::SignatureScheme::ed448);
  return schemes;
}

LibsslOptions their_server(ClientAuthentication authentication) {
  LibsslOptions options = libssl_server();
  options.trust = &test_trust();
  options.verify_mode = verify_mode(authentication);
  options.schemes = taken_schemes();
  return options;
}

LibsslOptions their_client(Has has) {
  LibsslOptions options = libssl_client();
  options.identity = client_identity(has);
  return options;
}

// What libssl's server says to libssl's client.
std::string expected_alert(ClientAuthentication authentication, Has has) {
  LibsslPeer client(their_client(has));
  LibsslPeer server(their_server(authentication));
  shake(client, server);
  client.read_all();
  return fatal_alert_in(client.alerts_received);
}

struct AuthenticationCase {
  ClientAuthentication authentication;
  Has has;
  const char* alert;  // of the server, the RFC's own
};

class ClientCertificate : public ::testing::TestWithParam<AuthenticationCase> {};

TEST_P(ClientCertificate, OurServer) {
  const AuthenticationCase tested = GetParam();
  policy::Config config = server_config();
  config.trust = test_trust();
  config.client_authentication = tested.authentication;
  config.signature_schemes = taken_schemes();
  Meeting meeting(config, their_client(tested.has));
  meeting.shake();
  meeting.theirs.read_all();
  EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received), tested.alert) << meeting.trouble();
  EXPECT_EQ(expected_alert(tested.authentication, tested.has), tested.alert);
  const bool fails = std::string_view(tested.alert) != "none";
  EXPECT_EQ(meeting.ours.complete(), !fails) << meeting.trouble();
  if (fails) return;
  const bool shown =
      tested.authentication != ClientAuthentication::none && tested.has == Has::known;
  ASSERT_EQ(meeting.ours.facts().peer_certificates.size(), shown ? 1U : 0U);
  EXPECT_EQ(meeting.ours.facts().client_signature_scheme.has_value(), shown);
  if (shown) {
    EXPECT_EQ(meeting.ours.facts().peer_certificates, client_identity(Has::known)->chain);
    EXPECT_EQ(meeting.ours.facts().verdict->code, X509_V_OK);
  }
  meeting.exchange(1'000);
}

TEST_P(ClientCertificate, OurClient) {
  const AuthenticationCase tested = GetParam();
  policy::Config config = client_config();
  if (const auto* identity = client_identity(tested.has)) config.identities = {*identity};
  Meeting meeting(config, their_server(tested.authentication));
  meeting.shake();
  // RFC 8446 4.4.4: the client is done with its own Finished; a server's refusal comes after.
  EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_sent), tested.alert) << meeting.trouble();
  if (std::string_view(tested.alert) != "none") {
    EXPECT_EQ(meeting.ours_read_all(), Bytes());
    ASSERT_TRUE(meeting.ours.failure());
    ASSERT_TRUE(meeting.ours.failure()->peer_alert);
    EXPECT_EQ(alert_name(*meeting.ours.failure()->peer_alert), tested.alert);
    EXPECT_EQ(meeting.ours.last.result.return_value, -1);
    EXPECT_EQ(meeting.ours.last.result.error, connection::SslError::ssl);
    return;
  }
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  const bool shown =
      tested.authentication != ClientAuthentication::none && tested.has == Has::known;
  const X509Ptr seen(SSL_get1_peer_certificate(meeting.theirs.get()));
  EXPECT_EQ(seen != nullptr, shown);
  EXPECT_EQ(meeting.ours.facts().client_signature_scheme.has_value(), shown);
  meeting.exchange(1'000);
}

const std::vector<AuthenticationCase> kCases = {
    {ClientAuthentication::none, Has::nothing, "none"},
    {ClientAuthentication::none, Has::known, "none"},
    {ClientAuthentication::none, Has::unknown_ca, "none"},
    {ClientAuthentication::request, Has::nothing, "none"},
    {ClientAuthentication::request, Has::known, "none"},
    {ClientAuthentication::request, Has::unknown_ca, "unknown_ca"},
    {ClientAuthentication::request, Has::expired, "certificate_expired"},
    {ClientAuthentication::request, Has::unusable_key, "none"},
    {ClientAuthentication::require, Has::nothing, "certificate_required"},
    {ClientAuthentication::require, Has::known, "none"},
    {ClientAuthentication::require, Has::unknown_ca, "unknown_ca"},
    {ClientAuthentication::require, Has::expired, "certificate_expired"},
    {ClientAuthentication::require, Has::unusable_key, "certificate_required"},
};

std::string authentication_name(const ::testing::TestParamInfo<AuthenticationCase>& tested) {
  static constexpr std::array<const char*, 3> kAsked = {"None", "Request", "Require"};
  static constexpr std::array<const char*, 5> kHad = {"Nothing", "Known", "UnknownCa", "Expired",
                                                      "UnusableKey"};
  return std::string(kAsked[static_cast<std::size_t>(tested.param.authentication)]) +
         kHad[static_cast<std::size_t>(tested.param.has)];
}

INSTANTIATE_TEST_SUITE_P(All, ClientCertificate, ::testing::ValuesIn(kCases), authentication_name);

// Each key type signs for a client, too.
TEST(ClientKeys, OfEveryTypeBothWays) {
  for (const auto type : key_types()) {
    SCOPED_TRACE(name_of(type));
    policy::Config config = client_config();
    config.identities = {identity(type)};
    LibsslOptions server = libssl_server();
    server.trust = &test_trust();
    server.verify_mode = verify_mode(ClientAuthentication::require);
    Meeting from_us(config, server);
    from_us.shake();
    ASSERT_TRUE(from_us.complete()) << from_us.trouble();
    EXPECT_EQ(SSL_get_verify_result(from_us.theirs.get()), X509_V_OK);
    EXPECT_EQ(from_us.theirs.peer_signature(),
              nids_of(*from_us.ours.facts().client_signature_scheme));
    from_us.exchange(10);

    config = server_config();
    config.trust = test_trust();
    config.client_authentication = ClientAuthentication::require;
    LibsslOptions client = libssl_client();
    client.identity = &identity(type);
    Meeting to_us(config, client);
    to_us.shake();
    ASSERT_TRUE(to_us.complete()) << to_us.trouble();
    EXPECT_EQ(to_us.theirs.own_signature(), nids_of(*to_us.ours.facts().client_signature_scheme));
    to_us.exchange(10);
  }
}

// RFC 8446 4.4.2.3: among several, the one that the server's authorities and schemes allow.
TEST(ClientKeys, TheIdentityThatFitsIsChosen) {
  policy::Config config = client_config();
  config.identities = {*client_identity(Has::unusable_key), *client_identity(Has::unknown_ca),
                       *client_identity(Has::known)};
  LibsslOptions server = their_server(ClientAuthentication::require);
  server.tweak = [](SSL_CTX* context) {
    SSL_CTX_add_client_CA(context, x509_of(test_authority().certificate).get());
  };
  Meeting meeting(config, server);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  const X509Ptr seen(SSL_get1_peer_certificate(meeting.theirs.get()));
  ASSERT_TRUE(seen);
  EXPECT_EQ(X509_cmp(seen.get(), x509_of(client_identity(Has::known)->chain.front()).get()), 0);
}

}  // namespace
}  // namespace stepshake::testing
