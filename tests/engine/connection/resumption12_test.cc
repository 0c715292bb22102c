// Resumption in TLS 1.2 between two connections of ours: by sealed and stored tickets, and by session ids.
#include <gtest/gtest.h>

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "support/both.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using policy::Wish;
using wire::CipherSuite;
using wire::ProtocolVersion;

policy::Config storing_server(policy::Config config = server_config12()) {
  config.ticket_storage = policy::TicketStorage::stored;
  return config;
}

policy::Psk session_of(const policy::Config& client, const policy::Config& server,
                       MapStore* store = nullptr) {
  Both first(client, server, 31, store);
  first.run();
  EXPECT_TRUE(first.complete()) << first.trouble();
  EXPECT_EQ(first.client.session().tickets.size(), 1U);
  return first.client.session().tickets.at(0);
}

struct Way {
  const char* name;
  policy::Config client;
  policy::Config server;
};

std::vector<Way> ways() {
  std::vector<Way> all = {{"sealed ticket", client_config12(), sealing_server()},
                          {"stored ticket", client_config12(), storing_server()},
                          {"session id", client_config12(), storing_server()},
                          {"beside TLS 1.3", client_config_of_all_versions(), sealing_server()}};
  all[2].client.session_tickets = false;
  return all;
}

TEST(Resumption12, GoesOnWithTheSession) {
  for (const auto& way : ways()) {
    SCOPED_TRACE(way.name);
    MapStore store;
    policy::Config client = way.client;
    client.psks = {session_of(client, way.server, &store)};
    for (int again = 0; again < 2; ++again) {
      Both both(client, way.server, 5 + again, &store);
      both.run();
      ASSERT_TRUE(both.complete()) << both.trouble();
      EXPECT_TRUE(both.resumed());
      EXPECT_TRUE(both.client.facts().extended_master_secret);
      EXPECT_EQ(both.client.facts().peer_certificates.size(), 1U);
      both.exchange();
      ASSERT_EQ(both.client.session().tickets.size(), 1U);
      client.psks = both.client.session().tickets;
    }
  }
}

// What both sides keep of the session after it was resumed `later` seconds after it was made.
struct Resumed {
  policy::Psk before;
  std::optional<policy::Psk> after;
  std::size_t stored = 0;
};

Resumed resume_later(const policy::Config& client, const policy::Config& issuer,
                     const policy::Config& server, std::int64_t later) {
  MapStore store;
  Resumed seen{session_of(client, issuer, &store), std::nullopt};
  policy::Config returning = client;
  returning.psks = {seen.before};
  Both both(returning, server, 6, &store);
  both.later = later;
  both.run();
  EXPECT_TRUE(both.resumed()) << both.trouble();
  const auto& tickets = both.client.session().tickets;
  if (!tickets.empty()) seen.after = tickets[0];
  seen.stored = store.tickets.size();
  return seen;
}

// A sealed ticket and a session id stay good; a stored ticket is spent, and another one takes its place.
TEST(Resumption12, ReplacesNoTicketButAStoredOne) {
  for (const auto& way : ways()) {
    SCOPED_TRACE(way.name);
    const Resumed seen = resume_later(way.client, way.server, way.server, 5'000);
    ASSERT_TRUE(seen.after);
    const bool replaced = std::string_view(way.name) == "stored ticket";
    EXPECT_EQ(seen.after->identity != seen.before.identity, replaced);
    EXPECT_EQ(seen.after->issued_at, replaced ? kNow + 5'000 : kNow);
    // What is left of the server's two hours; by id, the client does not know them.
    EXPECT_EQ(seen.after->lifetime, replaced ? 2'200 : seen.before.lifetime);
  }
}

// RFC 5077 3.4: the ids of sessions live beside tickets, and a client that has learnt of tickets gets one.
TEST(Resumption12, GivesATicketForASessionId) {
  Way way = ways()[2];
  MapStore store;
  const policy::Psk by_id = session_of(way.client, way.server, &store);
  ASSERT_TRUE(by_id.by_session_id);
  policy::Config returning = client_config12();
  returning.psks = {by_id};
  Both both(returning, way.server, 6, &store);
  both.run();
  ASSERT_TRUE(both.resumed()) << both.trouble();
  ASSERT_EQ(both.client.session().tickets.size(), 1U);
  EXPECT_FALSE(both.client.session().tickets[0].by_session_id);
  EXPECT_EQ(store.tickets.size(), 1U);
}

TEST(Resumption12, KeepsATicketUnderAnOlderKey) {
  policy::Config rotated = sealing_server();
  rotated.ticket_keys.insert(rotated.ticket_keys.begin(), {Bytes(16, 2), Secret(Bytes(32, 2))});
  const Resumed seen = resume_later(client_config12(), sealing_server(), rotated, 10);
  ASSERT_TRUE(seen.after);
  EXPECT_EQ(seen.after->identity, seen.before.identity);
}

// RFC 5246 F.1.4: a session is as old as its master secret, however often it is resumed.
TEST(Resumption12, DoesNotMakeASessionLiveLonger) {
  for (const auto& way : ways()) {
    SCOPED_TRACE(way.name);
    MapStore store;
    policy::Config client = way.client;
    client.psks = {session_of(client, way.server, &store)};
    Both young(client, way.server, 8, &store);
    young.later = 5'000;
    young.run();
    ASSERT_TRUE(young.resumed()) << young.trouble();
    client.psks = young.client.session().tickets;
    ASSERT_EQ(client.psks.size(), 1U);
    client.psks[0].lifetime = 100'000;  // so that the client offers it still
    Both old(client, way.server, 9, &store);
    old.later = 7'201;
    old.run();
    ASSERT_TRUE(old.complete()) << old.trouble();
    EXPECT_FALSE(old.resumed());
  }
}

// A server with another lifetime by now makes a stored session's life shorter, never longer, and never unspecified
// (RFC 5077 3.3: 0).
TEST(Resumption12, HasALifeThatOnlyGetsShorter) {
  struct Row {
    std::uint32_t first;
    std::uint32_t second;
    std::int64_t later;
    std::uint32_t left;
  };
  for (const Row& row : {Row{60, 604'800, 50, 10},
                         {7'200, 600, 5'000, 600},
                         {7'200, 600, 7'000, 200},
                         {7'200, 7'200, 7'199, 1},
                         {7'200, 7'200, 7'200, 0}}) {
    SCOPED_TRACE(row.later);
    for (const bool by_id : {false, true}) {
      policy::Config client = client_config12();
      client.session_tickets = !by_id;
      policy::Config issuer = storing_server();
      issuer.ticket_lifetime = row.first;
      policy::Config server = storing_server();
      server.ticket_lifetime = row.second;
      const Resumed seen = resume_later(client, issuer, server, row.later);
      EXPECT_EQ(seen.stored, row.left > 0 ? 1U : 0U);
      ASSERT_TRUE(seen.after);
      if (!by_id && row.left > 0) {
        EXPECT_EQ(seen.after->lifetime, row.left);
      }
      EXPECT_EQ(seen.after->identity == seen.before.identity, by_id || row.left == 0);
    }
  }
}

// RFC 5246 7.2.2: a session whose connection a fatal alert has ended, of either side, is forgotten by both.
TEST(Resumption12, IsNotOfASessionThatFailed) {
  for (const auto& way : ways()) {
    for (const bool by_server : {true, false}) {
      SCOPED_TRACE(way.name);
      MapStore store;
      Both both(way.client, way.server, 7, &store);
      both.run();
      ASSERT_TRUE(both.complete()) << both.trouble();
      const bool older = both.client.facts().version == ProtocolVersion::tls_1_2;
      const bool stored = way.server.ticket_storage == policy::TicketStorage::stored;
      EXPECT_EQ(store.tickets.size(), stored ? 1U : 0U);
      // Nothing that opens: the reader fails, and tells the other.
      Side& reader = by_server ? both.server : both.client;
      Side& other = by_server ? both.client : both.server;
      both.step(reader, concat({hex("17 0303 0020"), Bytes(32, 1)}), Call::read);
      ASSERT_TRUE(reader.failure().has_value());
      both.step(other, reader.take_output(), Call::read);
      ASSERT_TRUE(other.failure().has_value());
      EXPECT_EQ(store.tickets.size(), 0U);
      EXPECT_TRUE(!older || both.client.session().tickets.empty());
    }
  }
}

// What changes between two handshakes, and whether the second resumes; a refusal where the RFC demands one.
struct Change {
  const char* name;
  std::function<void(policy::Config& client, policy::Config& server)> change;
  std::optional<AlertDescription> refusal = std::nullopt;
};

TEST(Resumption12, DoesNotGoOnUnderOtherTerms) {
  using enum CipherSuite;
  const std::vector<Change> changes = {
      {"another ticket key", [](auto&, auto& s) { s.ticket_keys[0].key = Secret(Bytes(32, 2)); }},
      {"the suite is no longer allowed",
       [](auto&, auto& s) { s.cipher_suites = {tls_ecdhe_ecdsa_with_aes_128_gcm_sha256}; }},
      {"another name",
       [](auto& c, auto&) {
         c.psks[0].server_name = "localhost";
         c.server_name = "localhost";
       }},
      {"a certificate is demanded",
       [](auto& c, auto& s) {
         s.client_authentication = policy::ClientAuthentication::require;
         s.trust = test_trust();
         c.identities = {identity(crypto::KeyType::ec_p256)};
       }},
      {"the ticket has expired", [](auto&, auto& s) { s.ticket_lifetime = 1; }},
      {"no extended master secret any more",
       [](auto& c, auto&) { c.extended_master_secret = Wish::off; }},
      {"the ticket is bent", [](auto& c, auto&) { c.psks[0].identity[40] ^= 1; }},
  };
  for (const auto& change : changes) {
    SCOPED_TRACE(change.name);
    policy::Config server = sealing_server();
    const bool expires = std::string_view(change.name).starts_with("the ticket has expired");
    if (expires) server.ticket_lifetime = 0;
    policy::Config client = client_config12();
    client.psks = {session_of(client, server)};
    if (expires) client.psks[0].issued_at -= 100'000;
    change.change(client, server);
    Both both(client, server);
    both.run();
    ASSERT_TRUE(both.complete()) << both.trouble();
    EXPECT_FALSE(both.client.facts().psk.has_value());
    EXPECT_FALSE(both.server.facts().psk.has_value());
    both.exchange();
  }
}

// RFC 7627 5.3: a client that drops it is refused; one that gains it gets a full handshake.
TEST(Resumption12, KeepsTheExtendedMasterSecretAsItWas) {
  const policy::Config server = sealing_server();
  policy::Config without = client_config12();
  without.extended_master_secret = Wish::off;
  policy::Config client = client_config12();
  client.psks = {session_of(without, server)};
  Both gained(client, server);
  gained.run();
  ASSERT_TRUE(gained.complete()) << gained.trouble();
  EXPECT_FALSE(gained.server.facts().psk.has_value());
  without.psks = {session_of(without, server)};
  Both neither(without, server);
  neither.run();
  ASSERT_TRUE(neither.complete()) << neither.trouble();
  EXPECT_TRUE(neither.resumed());
  // A client of its own making: the ticket has it, the hello has not.
  without.psks = {session_of(client_config12(), server)};
  without.psks[0].extended_master_secret = false;
  Both dropped(without, server);
  dropped.run();
  ASSERT_TRUE(dropped.server.failure().has_value());
  EXPECT_EQ(dropped.server.failure()->reason, Reason::extended_master_secret_changed);
}

// A session of one version or suite is not resumed in another.
TEST(Resumption12, StaysInItsVersion) {
  policy::Config server = sealing_server(server_config_of_all_versions());
  policy::Config client = client_config_of_all_versions();
  policy::Config client12 = client_config12();
  client.psks = {session_of(client12, server)};
  Both both(client, server);
  both.run();
  ASSERT_TRUE(both.complete()) << both.trouble();
  EXPECT_EQ(both.client.facts().version, ProtocolVersion::tls_1_3);
  EXPECT_FALSE(both.server.facts().psk.has_value());
  Both first(client_config_of_all_versions(), server, 3);
  first.run();
  first.run(Call::read);
  ASSERT_EQ(first.client.session().tickets.size(), 2U);
  client12.psks = first.client.session().tickets;
  Both older(client12, server, 4);
  older.run();
  ASSERT_TRUE(older.complete()) << older.trouble();
  EXPECT_FALSE(older.server.facts().psk.has_value());
}

}  // namespace
}  // namespace stepshake::testing
