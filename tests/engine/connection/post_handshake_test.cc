// KeyUpdate, authentication after the handshake, exporters and the key log (RFC 8446 4.6, 7.5).
#include <gtest/gtest.h>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;

void exchange(Side& from, Side& to, std::string_view text) {
  from.step({}, Call::write, view_of(text));
  to.step(from.take_output(), Call::read);
  EXPECT_EQ(text_of(to.last.result.data), text) << why(to);
}

TEST(KeyUpdate, BothWaysWithAndWithoutARequest) {
  Pair pair(client_config(), server_config());
  pair.run();
  for (auto call : {Call::key_update, Call::key_update_requested}) {
    pair.client.step({}, call);
    EXPECT_EQ(pair.client.last.result.return_value, 1);
    exchange(pair.client, pair.server, "up");
    exchange(pair.server, pair.client, "down");
    pair.server.step({}, call);
    exchange(pair.server, pair.client, "down again");
    exchange(pair.client, pair.server, "up again");
  }
}

TEST(PostHandshakeAuthentication, AClientThatOffersItAnswers) {
  policy::Config client = client_config();
  client.post_handshake_auth = true;
  client.identities.push_back(identity(crypto::KeyType::ed25519));
  policy::Config server = server_config();
  server.trust = test_trust();
  Pair pair(client, server);
  pair.run();
  ASSERT_TRUE(pair.complete());
  for (int i = 0; i < 2; ++i) {
    pair.server.step({}, Call::verify_client_post_handshake);
    EXPECT_EQ(pair.server.last.result.return_value, 1);
    pair.client.step(pair.server.take_output(), Call::read);
    EXPECT_FALSE(pair.client.failure()) << why(pair.client);
    pair.server.step(pair.client.take_output(), Call::read);
    EXPECT_FALSE(pair.server.failure()) << why(pair.server);
    ASSERT_EQ(pair.server.facts().peer_certificates.size(), 1U);
    EXPECT_EQ(pair.server.facts().verdict->code, 0);
    exchange(pair.client, pair.server, "up");
  }
}

TEST(PostHandshakeAuthentication, IsRefusedWhereTheClientDoesNotOfferIt) {
  Pair pair(client_config(), server_config());
  pair.run();
  pair.server.step({}, Call::verify_client_post_handshake);
  EXPECT_EQ(pair.server.last.result.return_value, 0);
  EXPECT_EQ(pair.server.last.result.errors.front().reason, "extension not received");
  exchange(pair.server, pair.client, "goes on");
}

TEST(Exporter, BothSidesExportTheSame) {
  Pair pair(client_config(), server_config());
  EXPECT_FALSE(connection::export_keying_material(pair.client.stepped.connection, "l", {}, 32));
  pair.run();
  const auto ours = connection::export_keying_material(pair.client.stepped.connection, "label",
                                                       view_of("context"), 77);
  const auto theirs = connection::export_keying_material(pair.server.stepped.connection, "label",
                                                         view_of("context"), 77);
  ASSERT_TRUE(ours && theirs);
  EXPECT_EQ(to_hex(ours->view()), to_hex(theirs->view()));
  EXPECT_EQ(ours->size(), 77U);
}

TEST(KeyLog, HasTheFiveLinesOfAHandshake) {
  policy::Config client = client_config();
  client.key_log = true;
  Pair pair(client, server_config());
  std::vector<std::string> lines;
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  pair.client.step(pair.server.take_output());
  EXPECT_EQ(pair.client.last.result.key_log.size(), 5U);
  EXPECT_TRUE(pair.server.last.result.key_log.empty());
}

TEST(RecordPadding, RoundsRecordsUp) {
  policy::Config client = client_config();
  client.record_padding = 512;
  Pair pair(client, server_config());
  pair.run();
  ASSERT_TRUE(pair.complete());
  pair.client.step({}, Call::write, view_of("x"));
  const Bytes record = pair.client.take_output();
  EXPECT_EQ(record.size(), 5U + 512 + 16);
  pair.server.step(record, Call::read);
  EXPECT_EQ(text_of(pair.server.last.result.data), "x");
}

}  // namespace
}  // namespace stepshake::testing
