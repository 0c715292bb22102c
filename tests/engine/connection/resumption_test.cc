// Tickets, external and imported PSKs, and 0-RTT data (RFC 8446 2.2, 2.3, 4.2.10, 4.2.11, RFC 9258).
#include <gtest/gtest.h>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using handshake::EarlyData;
using policy::PskOrigin;
using wire::PskKeyExchangeMode;

policy::TicketKey ticket_key(std::uint8_t fill) {
  return {Bytes(16, fill), Secret(Bytes(32, fill))};
}

policy::Config ticket_server() {
  policy::Config config = server_config();
  config.ticket_keys.push_back(ticket_key(1));
  return config;
}

// A full handshake; the client's tickets.
std::vector<policy::Psk> get_tickets(const policy::Config& client, const policy::Config& server) {
  Pair pair(client, server);
  pair.run();
  EXPECT_TRUE(pair.complete());
  pair.client.step({}, Call::read);
  pair.client.step(pair.server.take_output(), Call::read);
  return pair.client.session().tickets;
}

void expect_data_both_ways(Pair& pair) {
  const Bytes hello = to_bytes(view_of("hello"));
  pair.client.step({}, Call::write, hello);
  EXPECT_EQ(pair.client.last.result.return_value, 5);
  pair.server.step(pair.client.take_output(), Call::read);
  EXPECT_EQ(pair.server.last.result.data, hello);
  pair.server.step({}, Call::write, hello);
  pair.client.step(pair.server.take_output(), Call::read);
  EXPECT_EQ(pair.client.last.result.data, hello) << why(pair.client);
}

TEST(Resumption, TicketsResumeWithoutCertificates) {
  const auto tickets = get_tickets(client_config(), ticket_server());
  ASSERT_EQ(tickets.size(), 2U);
  policy::Config client = client_config();
  client.psks = tickets;
  Pair pair(client, ticket_server(), 7);
  pair.run();
  ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
  EXPECT_EQ(pair.client.facts().psk, PskOrigin::resumption);
  EXPECT_EQ(pair.server.facts().psk, PskOrigin::resumption);
  EXPECT_TRUE(pair.client.facts().group);
  expect_data_both_ways(pair);
}

TEST(Resumption, PskKeGoesWithoutAGroup) {
  policy::Config server = ticket_server();
  server.psk_modes = {PskKeyExchangeMode::psk_ke};
  policy::Config client = client_config();
  client.psk_modes = {PskKeyExchangeMode::psk_ke};
  client.psks = get_tickets(client, server);
  Pair pair(client, server, 7);
  pair.run();
  ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
  EXPECT_FALSE(pair.server.facts().group);
  EXPECT_EQ(pair.client.facts().psk, PskOrigin::resumption);
}

TEST(Resumption, AnotherKeyOrAnOldTicketFallsBackToAFullHandshake) {
  policy::Config client = client_config();
  client.psks = get_tickets(client_config(), ticket_server());
  policy::Config rotated = ticket_server();
  rotated.ticket_keys = {ticket_key(2)};
  Pair pair(client, rotated, 7);
  pair.run();
  ASSERT_TRUE(pair.complete());
  EXPECT_FALSE(pair.client.facts().psk);
  rotated.ticket_keys.push_back(ticket_key(1));
  Pair again(client, rotated, 8);
  again.run();
  ASSERT_TRUE(again.complete());
  EXPECT_TRUE(again.client.facts().psk);
}

TEST(Resumption, SurvivesAHelloRetryRequest) {
  policy::Config client = client_config();
  client.psks = get_tickets(client_config(), ticket_server());
  policy::Config server = ticket_server();
  allow_groups(server, {wire::NamedGroup::secp384r1});
  for (const bool stateless : {false, true}) {
    server.stateless_retry = stateless;
    Pair pair(client, server, 7);
    pair.run();
    ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
    EXPECT_TRUE(pair.server.facts().hello_retry_request);
    EXPECT_EQ(pair.server.facts().psk, PskOrigin::resumption);
  }
}

TEST(Resumption, ACookieBringsTheSecondHelloToAnotherServer) {
  policy::Config server = ticket_server();
  allow_groups(server, {wire::NamedGroup::secp384r1});
  server.stateless_retry = true;
  Pair first(client_config(), server);
  first.client.step({});
  first.server.step(first.client.take_output());
  first.client.step(first.server.take_output());
  Side second(server, 99);
  second.step(first.client.take_output());
  first.client.step(second.take_output());
  second.step(first.client.take_output());
  EXPECT_TRUE(first.client.complete()) << why(first.client);
  EXPECT_TRUE(second.complete()) << why(second);
}

policy::Psk external_psk(PskOrigin origin, crypto::HashAlgorithm hash) {
  if (origin == PskOrigin::imported) {
    return policy::import_psk(view_of("name"), view_of("context"), view_of("a shared secret"),
                              crypto::HashAlgorithm::sha256, hash);
  }
  policy::Psk psk;
  psk.identity = to_bytes(view_of("name"));
  psk.key = Secret(view_of("a shared secret"));
  psk.hash = hash;
  return psk;
}

TEST(ExternalPsk, AuthenticatesBothSidesAlone) {
  for (auto origin : {PskOrigin::external, PskOrigin::imported}) {
    for (auto hash : {crypto::HashAlgorithm::sha256, crypto::HashAlgorithm::sha384}) {
      policy::Config client = client_config();
      policy::Config server = server_config();
      server.identities.clear();
      client.psks = server.psks = {external_psk(origin, hash)};
      ASSERT_FALSE(policy::find_problem(server));
      Pair pair(client, server);
      pair.run();
      ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
      EXPECT_EQ(pair.server.facts().psk, origin);
    }
  }
}

TEST(ExternalPsk, AWrongKeyIsDecryptError) {
  policy::Config client = client_config();
  policy::Config server = server_config();
  client.psks = server.psks = {external_psk(PskOrigin::external, crypto::HashAlgorithm::sha256)};
  client.psks.front().key = Secret(view_of("another secret"));
  Pair pair(client, server);
  pair.run();
  ASSERT_TRUE(pair.server.failure());
  EXPECT_EQ(pair.server.failure()->reason, Reason::bad_binder);
  EXPECT_EQ(alert_of(*pair.server.failure()), AlertDescription::decrypt_error);
}

struct EarlyPair : Pair {
  EarlyPair(policy::Config ours, policy::Config theirs)
      : Pair(std::move(ours), std::move(theirs), 7) {}
  void go() {
    client.step({}, Call::write_early_data, view_of("early"));
    EXPECT_EQ(client.last.result.return_value, 1);
    run();
  }
};

TEST(EarlyData, IsTakenWhereTheTicketAllowsIt) {
  policy::Config server = ticket_server();
  server.max_early_data = 100;
  policy::Config client = client_config();
  client.psks = get_tickets(client, server);
  EarlyPair pair(client, server);
  pair.go();
  ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
  EXPECT_EQ(pair.client.facts().early_data, EarlyData::accepted);
  EXPECT_EQ(text_of(pair.server.session().early_data), "early");
  pair.server.step({}, Call::read_early_data);
  EXPECT_EQ(pair.server.last.result.return_value, connection::kReadEarlyDataSuccess);
  EXPECT_EQ(text_of(pair.server.last.result.data), "early");
  pair.server.step({}, Call::read_early_data);
  EXPECT_EQ(pair.server.last.result.return_value, connection::kReadEarlyDataFinish);
  expect_data_both_ways(pair);
}

TEST(EarlyData, IsSkippedWhereItIsRefused) {
  policy::Config issuer = ticket_server();
  issuer.max_early_data = 100;
  policy::Config client = client_config();
  client.psks = get_tickets(client, issuer);
  policy::Config refuses = ticket_server();
  policy::Config other_keys = ticket_server();
  other_keys.ticket_keys = {ticket_key(9)};
  policy::Config retries = issuer;
  allow_groups(retries, {wire::NamedGroup::secp384r1});
  for (const auto& server : {refuses, other_keys, retries}) {
    EarlyPair pair(client, server);
    pair.go();
    ASSERT_TRUE(pair.complete()) << why(pair.client) << " / " << why(pair.server);
    EXPECT_EQ(pair.client.facts().early_data, EarlyData::rejected);
    EXPECT_TRUE(pair.server.session().early_data.empty());
    expect_data_both_ways(pair);
  }
}

TEST(EarlyData, MoreThanTheTicketAllowsIsRefusedHereAndByTheServer) {
  policy::Config server = ticket_server();
  server.max_early_data = 4;
  policy::Config client = client_config();
  client.psks = get_tickets(client, server);
  Pair polite(client, server, 7);
  polite.client.step({}, Call::write_early_data, view_of("early"));
  EXPECT_EQ(polite.client.last.result.return_value, 0);
  client.psks.front().max_early_data = 100;
  Pair rude(client, server, 8);
  rude.client.step({}, Call::write_early_data, view_of("early"));
  rude.server.step(rude.client.take_output());
  ASSERT_TRUE(rude.server.failure());
  EXPECT_EQ(rude.server.failure()->reason, Reason::too_much_early_data);
}

}  // namespace
}  // namespace stepshake::testing
