// The server's certificate, judged by our client as libssl's would: the alert that the server sees is the same. And
// chains that are long or big.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

constexpr std::int64_t kDay = 86'400;

struct Row {
  const char* name;
  const char* alert;  // to the server; "none": it is accepted
  policy::Identity identity;
};

// Two faults in one certificate: libssl names the chain's first, we the key usage that forbids signing. RFC 8446
// 4.4.2.2 and 4.4.2.4 order nothing here.
constexpr std::string_view kTwoFaults = "a CA as the leaf";

policy::Identity leaf(const std::string& names, std::int64_t from, std::int64_t until,
                      const crypto::Issued& authority) {
  auto issued =
      crypto::issue_leaf(crypto::KeyType::ec_p256, {"leaf", names, from, until}, authority);
  return {{issued->certificate}, issued->key};
}

std::string names_of(const std::string& host) { return "DNS:" + host; }

std::vector<Row> rows() {
  const auto other =
      crypto::issue_authority(crypto::KeyType::ec_p256, {"Other CA", "", kNow - kDay, kNow + kDay});
  // The same name as the trusted CA, another key: only the signature tells.
  const auto impostor = crypto::issue_authority(
      crypto::KeyType::ec_p256, {"Stepshake test CA", "", kNow - kDay, kNow + kDay});
  auto self_signed =
      crypto::issue_authority(crypto::KeyType::ec_p256, {kHost, "", kNow - kDay, kNow + kDay});
  const std::string host = names_of(kHost);
  std::vector<Row> all;
  all.push_back({"good", "none", leaf(host, kNow - kDay, kNow + kDay, test_authority())});
  all.push_back({"wildcard", "none",
                 leaf(names_of("*.stepshake.test"), kNow - kDay, kNow + kDay, test_authority())});
  all.push_back({"expired", "certificate_expired",
                 leaf(host, kNow - 2 * kDay, kNow - kDay, test_authority())});
  all.push_back({"not yet valid", "bad_certificate",
                 leaf(host, kNow + kDay, kNow + 2 * kDay, test_authority())});
  all.push_back({"another name", "bad_certificate",
                 leaf(names_of("other.test"), kNow - kDay, kNow + kDay, test_authority())});
  all.push_back(
      {"no name", "bad_certificate", leaf("", kNow - kDay, kNow + kDay, test_authority())});
  all.push_back({"unknown CA", "unknown_ca", leaf(host, kNow - kDay, kNow + kDay, other.value())});
  Row with_root = {"unknown CA, sent along", "unknown_ca",
                   leaf(host, kNow - kDay, kNow + kDay, other.value())};
  with_root.identity.chain.push_back(other.value().certificate);
  all.push_back(with_root);
  all.push_back({"impostor CA", "", leaf(host, kNow - kDay, kNow + kDay, impostor.value())});
  all.push_back({kTwoFaults.data(), "unknown_ca", {{self_signed->certificate}, self_signed->key}});
  return all;
}

TEST(ServerCertificate, OurClientTellsTheServerWhatLibsslWould) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.name);
    LibsslOptions options = libssl_server();
    options.identity = &row.identity;
    LibsslPeer client(libssl_client());
    LibsslPeer server(options);
    shake(client, server);
    const std::string expected = fatal_alert_in(server.alerts_received);

    Meeting meeting(client_config(), options);
    meeting.shake();
    if (row.name == kTwoFaults) {
      EXPECT_EQ(expected, "unknown_ca");
      EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received), "unsupported_certificate");
      continue;
    }
    EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received), expected) << meeting.trouble();
    if (*row.alert != '\0') {
      EXPECT_EQ(expected, row.alert);
    }
    EXPECT_EQ(meeting.ours.complete(), expected == "none");
    ASSERT_TRUE(meeting.ours.facts().verdict) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().verdict->code, SSL_get_verify_result(client.get()));
    if (expected == "none") continue;
    ASSERT_FALSE(meeting.ours.last.result.errors.empty() && !meeting.ours.failure());
    EXPECT_EQ(openssl_text(*meeting.ours.failure()), client.first_reason);
  }
}

TEST(ServerCertificate, RecordedOrOffItIsAccepted) {
  for (const Row& row : rows()) {
    SCOPED_TRACE(row.name);
    // RFC 8446 4.4.2.2: a key usage that forbids signing is the handshake's own matter.
    if (row.name == kTwoFaults) continue;
    LibsslOptions options = libssl_server();
    options.identity = &row.identity;
    for (const auto verification : {policy::Verification::recorded, policy::Verification::off}) {
      policy::Config config = client_config();
      config.verification = verification;
      Meeting meeting(config, options);
      meeting.shake();
      EXPECT_TRUE(meeting.complete()) << meeting.trouble();
      EXPECT_EQ(meeting.ours.facts().verdict.has_value(),
                verification == policy::Verification::recorded);
      EXPECT_EQ(meeting.ours.facts().peer_certificates, row.identity.chain);
    }
  }
}

// A chain of CAs is needed for the path; libcrypto's issue_leaf makes no intermediate CA, so the ballast is the same
// certificate again, which path building skips.
policy::Identity with_ballast(std::size_t count) {
  policy::Identity identity = testing::identity(crypto::KeyType::ec_p256);
  for (std::size_t i = 0; i < count; ++i) identity.chain.push_back(test_authority().certificate);
  return identity;
}

TEST(ServerCertificate, LongChains) {
  const policy::Identity nine = with_ballast(8);
  LibsslOptions server = libssl_server();
  server.identity = &nine;
  Meeting from_libssl(client_config(), server);
  from_libssl.shake();
  EXPECT_TRUE(from_libssl.complete()) << from_libssl.trouble();
  EXPECT_EQ(from_libssl.ours.facts().peer_certificates.size(), 9U);

  policy::Config config = server_config();
  config.identities = {nine};
  Meeting to_libssl(config, libssl_client());
  to_libssl.shake();
  EXPECT_TRUE(to_libssl.complete()) << to_libssl.trouble();
  EXPECT_EQ(sk_X509_num(SSL_get_peer_cert_chain(to_libssl.theirs.get())), 9);
}

// A leaf with so many names that its Certificate message fills several records of the greatest size.
policy::Identity with_names(std::size_t count) {
  std::string names = std::string("DNS:") + kHost;
  for (std::size_t i = 0; i < count; ++i) {
    names += ",DNS:" + std::string(40, 'a') + std::to_string(i) + ".stepshake.test";
  }
  return leaf(names, kNow - kDay, kNow + kDay, test_authority());
}

TEST(ServerCertificate, BiggerThanARecord) {
  const policy::Identity big = with_names(900);
  ASSERT_GT(big.chain.front().size(), 2U * 16'384);
  LibsslOptions server = libssl_server();
  server.identity = &big;
  Meeting from_libssl(client_config(), server);
  from_libssl.shake();
  EXPECT_TRUE(from_libssl.complete()) << from_libssl.trouble();

  policy::Config config = server_config();
  config.identities = {big};
  Meeting to_libssl(config, libssl_client());
  to_libssl.shake();
  EXPECT_TRUE(to_libssl.complete()) << to_libssl.trouble();
}

// Bounded memory: what is too long is refused by its length, before it has come.
TEST(ServerCertificate, BiggerThanTheLimit) {
  const policy::Identity big = with_names(900);
  LibsslOptions server = libssl_server();
  server.identity = &big;
  policy::Config config = client_config();
  config.limits.handshake_message = 20'000;
  Meeting meeting(config, server);
  meeting.shake();
  ASSERT_TRUE(meeting.ours.failure());
  EXPECT_EQ(meeting.ours.failure()->reason, Reason::message_too_long);

  LibsslOptions client = libssl_client();
  client.tweak = [](SSL_CTX* context) { SSL_CTX_set_max_cert_list(context, 20'000); };
  LibsslPeer their_client(client);
  LibsslPeer their_server(server);
  shake(their_client, their_server);
  EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received),
            fatal_alert_in(their_server.alerts_received));
  EXPECT_EQ(openssl_text(*meeting.ours.failure()), their_client.first_reason);
}

// Handshake messages over many small records, both ways (the client's certificate, too).
TEST(ServerCertificate, MessagesOverManyRecords) {
  const policy::Identity big = with_names(100);
  const auto fragment = [](SSL_CTX* context) { SSL_CTX_set_max_send_fragment(context, 512); };
  LibsslOptions server = libssl_server();
  server.identity = &big;
  server.tweak = fragment;
  Meeting from_libssl(client_config(), server);
  from_libssl.shake();
  ASSERT_TRUE(from_libssl.complete()) << from_libssl.trouble();
  from_libssl.exchange(5'000);

  policy::Config config = server_config();
  config.trust = test_trust();
  config.client_authentication = policy::ClientAuthentication::require;
  LibsslOptions client = libssl_client();
  client.identity = &big;
  client.tweak = fragment;
  Meeting to_us(config, client);
  to_us.shake();
  ASSERT_TRUE(to_us.complete()) << to_us.trouble();
  to_us.exchange(5'000);
}

TEST(ServerCertificate, PaddedHandshakeRecords) {
  for (const std::size_t block : {64U, 512U, 4'096U, 16'384U}) {
    SCOPED_TRACE(block);
    const auto pad = [block](SSL_CTX* context) { SSL_CTX_set_block_padding(context, block); };
    LibsslOptions server = libssl_server();
    server.tweak = pad;
    Meeting from_libssl(client_config(), server);
    from_libssl.shake();
    ASSERT_TRUE(from_libssl.complete()) << from_libssl.trouble();
    from_libssl.exchange(20'000);

    LibsslOptions client = libssl_client();
    client.tweak = pad;
    Meeting from_client(server_config(), client);
    from_client.shake();
    ASSERT_TRUE(from_client.complete()) << from_client.trouble();
    from_client.exchange(20'000);
  }
}

}  // namespace
}  // namespace stepshake::testing
