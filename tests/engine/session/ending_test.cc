// The end of a connection, and what is left of it (RFC 8446 6, 6.1, 7.5).
#include <gtest/gtest.h>

#include <set>

#include "support/stations.h"
#include "talk.h"
#include "wire/new_session_ticket.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using wire::ContentType;

// RFC 8446 6.1: what comes after close_notify is ignored, even what no key opens.
TEST(AfterCloseNotify, NothingIsRead) {
  for (const bool garbage : {false, true}) {
    Pair pair(client_config(), server_config());
    pair.run();
    pair.client.step({}, Call::shutdown);
    Bytes stream = pair.client.take_output();
    if (garbage) {
      append(stream, record_of(ContentType::application_data, Bytes(100, 7)));
    } else {
      Victim late(pair.client.config, 1);
      late.session = pair.client.session();
      session::send(late.session, *late.config, inputs_of(5), Bytes{1, 2, 3});
      append(stream, late.take_output());
    }
    for (int i = 0; i < 3; ++i) {
      pair.server.step(std::exchange(stream, {}), Call::read);
      EXPECT_EQ(pair.server.last.result.return_value, 0);
      EXPECT_EQ(pair.server.last.result.error, connection::SslError::zero_return);
      EXPECT_TRUE(pair.server.last.result.data.empty());
    }
    EXPECT_FALSE(pair.server.failure());
  }
}

class EndOfEveryState : public ::testing::TestWithParam<std::string> {};

// RFC 8446 6, 6.2: after the peer's error alert the secrets are gone, and nothing is sent or read any more.
TEST_P(EndOfEveryState, ByThePeersAlertLeavesNoSecrets) {
  Victim victim = station(GetParam()).victim;
  if (victim.state() == "WaitClientHello") GTEST_SKIP() << "no alert is taken there";
  Peer peer(victim);
  const Bytes output = victim.session.output;
  ASSERT_FALSE(victim.feed(peer.seal(ContentType::alert, Bytes{2, 40})));
  const auto& session = victim.session;
  EXPECT_EQ(victim.state(), "Failed");
  EXPECT_FALSE(session.read.protects() || session.write.protects());
  EXPECT_TRUE(session.read.key.empty() && session.write.key.empty());
  EXPECT_TRUE(session.transcript.messages.empty());
  EXPECT_TRUE(session.application_data.empty());
  EXPECT_EQ(session.output, output) << "an alert is not answered";
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& each : all_stations()) all.push_back(each.name);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Ending, EndOfEveryState, ::testing::ValuesIn(names()), NameOfCase());

// RFC 8446 6.2: a connection that has failed neither reads nor writes.
TEST(AfterAFailure, NothingGoesOverAnyMore) {
  Pair pair(client_config(), server_config());
  pair.run();
  Bytes bent = record_of(ContentType::application_data, Bytes(50, 1));
  pair.client.step(bent, Call::read);
  ASSERT_TRUE(pair.client.failure());
  pair.client.take_output();
  pair.server.step({}, Call::write, Bytes{1, 2, 3});
  pair.client.step(pair.server.take_output(), Call::read);
  EXPECT_TRUE(pair.client.last.result.data.empty());
  EXPECT_LE(pair.client.last.result.return_value, 0);
  pair.client.step({}, Call::write, Bytes{1});
  EXPECT_LE(pair.client.last.result.return_value, 0);
  EXPECT_TRUE(pair.client.take_output().empty());
}

// RFC 8446 7.5: exporters are made of the exporter_master_secret.
TEST(Exported, ComesOfTheExporterMasterSecret) {
  Pair pair(client_config(), server_config());
  pair.run();
  const auto& keys = std::get<handshake::client13::Connected>(pair.client.session().state).keys;
  const auto exported = connection::export_keying_material(pair.client.stepped.connection, "label",
                                                           view_of("context"), 48);
  ASSERT_TRUE(exported);
  const Secret expected = schedule::exported_keying_material(keys.traffic.client.hash,
                                                             keys.exporter_master_secret.view(),
                                                             "label", view_of("context"), 48);
  EXPECT_TRUE(same(exported->view(), expected.view()));
}

// RFC 8446 4.6.1: a ticket of no lifetime is not kept; one is kept for what it says.
TEST(TicketAtTheClient, IsKeptUnlessItHasNoLifetime) {
  Victim client = station("client Connected").victim;
  Peer peer(client);
  const auto ticket = [](std::string_view lifetime) {
    return wire::frame(wire::HandshakeType::new_session_ticket,
                       concat({hex(lifetime), hex("00000001 01 00 0002 aabb 0000")}));
  };
  ASSERT_TRUE(client.feed(peer.handshake(ticket("00000000"))));
  EXPECT_TRUE(client.session.tickets.empty());
  ASSERT_TRUE(client.feed(peer.handshake(ticket("00000e10"))));
  ASSERT_EQ(client.session.tickets.size(), 1U);
  EXPECT_EQ(client.session.tickets[0].lifetime, 3'600U);
  EXPECT_EQ(client.session.tickets[0].identity, hex("aabb"));
}

// RFC 8446 4.6.1: each with an age_add and a nonce of its own, and so with a key of its own; at most 7 days.
TEST(TicketOfTheServer, HasItsOwnNumbers) {
  policy::Config theirs = ticket_server();
  theirs.tickets = 5;
  theirs.ticket_lifetime = 604'800;
  Talk talk(client_config(), theirs);
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  std::set<std::uint32_t> ages;
  std::set<Bytes> nonces;
  std::set<Bytes> labels;
  for (const auto& message : talk.messages(policy::Role::server)) {
    const auto raw = wire::unframe(message);
    if (raw.type != wire::HandshakeType::new_session_ticket) continue;
    const auto ticket = wire::decode_new_session_ticket(raw.body);
    ages.insert(ticket->ticket_age_add);
    nonces.insert(ticket->ticket_nonce);
    labels.insert(ticket->ticket);
    EXPECT_EQ(ticket->ticket_lifetime, 604'800U);
  }
  EXPECT_EQ(ages.size(), 5U);
  EXPECT_EQ(nonces.size(), 5U);
  EXPECT_EQ(labels.size(), 5U);
  std::set<std::string> keys;
  for (const auto& ticket : talk.client.session.tickets) keys.insert(to_hex(ticket.key.view()));
  EXPECT_EQ(keys.size(), 5U);
}

}  // namespace
}  // namespace stepshake::testing
