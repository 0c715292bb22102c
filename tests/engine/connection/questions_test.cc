// Where a handshake stops for its own side's word: each question's class, and what each answer leads to.
#include <gtest/gtest.h>

#include "connection/snapshot.h"
#include "support/map_store.h"
#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;
using handshake::Answer;

// A step with an answer; between steps the session is a value: stored and restored.
const connection::StepOutput& step(Side& side, BytesView input, const Answer* answer = nullptr,
                                   bool slot_free = true) {
  side.stepped = connection::restore(connection::snapshot(side.stepped)).value();
  const connection::World world{side.config, inputs_of(side.seed + ++side.steps), nullptr, answer,
                                slot_free};
  connection::StepInput what;
  what.input = input;
  what.call = Call::do_handshake;
  side.last = connection::step(side.stepped, world, what);
  return side.last;
}

// Steps both until `asked` asks, or nothing more is said.
void run_to_question(Pair& pair, Side& asked) {
  Bytes to_server;
  for (int i = 0; i < 10; ++i) {
    step(pair.client, pair.server.take_output());
    if (connection::question_of(asked.stepped.connection)) return;
    step(pair.server, pair.client.take_output());
    if (connection::question_of(asked.stepped.connection)) return;
  }
}

void finish(Pair& pair, Side& asked, const Answer& answer) {
  step(asked, {}, &answer);
  for (int i = 0; i < 5; ++i) {
    step(pair.client, pair.server.take_output());
    step(pair.server, pair.client.take_output());
  }
}

policy::Config without_key(policy::Config config) {
  for (auto& identity : config.identities) {
    identity.key =
        crypto::PrivateKey::remote(crypto::public_key_of(identity.chain.front()).value());
  }
  return config;
}

policy::Config asking_server() {
  policy::Config config = server_config();
  config.client_authentication = policy::ClientAuthentication::request;
  config.trust = test_trust();
  return config;
}

policy::Config client_with_certificate() {
  policy::Config config = client_config();
  config.identities.push_back(identity(crypto::KeyType::ed25519));
  return config;
}

// A side that stops, and the class of its stop.
struct QuestionStop {
  const char* name;
  policy::Role asked;
  SslError error;
  policy::Config client;
  policy::Config server;
};

std::vector<QuestionStop> question_stops() {
  const auto with = [](policy::Config config, auto change) {
    change(config);
    return config;
  };
  const auto hello = [](auto& c) { c.pause_on.client_hello = true; };
  const auto certificate = [](auto& c) { c.pause_on.certificate = true; };
  const auto verify = [](auto& c) { c.pause_on.verify = true; };
  using enum policy::Role;
  return {
      {"ServersClientHello", server, SslError::want_client_hello_cb, client_config(),
       with(server_config(), hello)},
      {"ServersCertificate", server, SslError::want_x509_lookup, client_config(),
       with(server_config(), certificate)},
      {"ClientsCertificate", client, SslError::want_x509_lookup,
       with(client_with_certificate(), certificate), asking_server()},
      {"ClientsVerdict", client, SslError::want_retry_verify, with(client_config(), verify),
       server_config()},
      {"ServersVerdict", server, SslError::want_retry_verify, client_with_certificate(),
       with(asking_server(), verify)},
  };
}

class Question : public ::testing::TestWithParam<QuestionStop> {};

TEST_P(Question, GoOnCompletes) {
  Pair pair(GetParam().client, GetParam().server);
  Side& asked = GetParam().asked == policy::Role::client ? pair.client : pair.server;
  run_to_question(pair, asked);
  ASSERT_EQ(asked.last.result.error, GetParam().error);
  EXPECT_EQ(asked.last.result.return_value, -1);
  // Until it is answered each call says the same again, and nothing moves.
  const auto state = session::state_name(asked.session());
  EXPECT_EQ(step(asked, {}).result.error, GetParam().error);
  EXPECT_EQ(session::state_name(asked.session()), state);
  finish(pair, asked, handshake::GoOn{});
  EXPECT_TRUE(pair.complete());
}

TEST_P(Question, RefusalEndsItWithTheCallersAlert) {
  Pair pair(GetParam().client, GetParam().server);
  Side& asked = GetParam().asked == policy::Role::client ? pair.client : pair.server;
  run_to_question(pair, asked);
  const Answer refuse = handshake::Refuse{AlertDescription::access_denied};
  step(asked, {}, &refuse);
  EXPECT_EQ(asked.last.result.error, SslError::ssl);
  ASSERT_TRUE(asked.failure());
  Side& other = &asked == &pair.client ? pair.server : pair.client;
  other.step(asked.take_output(), Call::read);
  ASSERT_TRUE(other.failure());
  EXPECT_EQ(other.failure()->peer_alert, AlertDescription::access_denied);
}

TEST_P(Question, AnAnswerToSomethingElseIsNotTaken) {
  Pair pair(GetParam().client, GetParam().server);
  Side& asked = GetParam().asked == policy::Role::client ? pair.client : pair.server;
  run_to_question(pair, asked);
  EXPECT_FALSE(connection::takes_answer(asked.stepped.connection, handshake::Signature{}));
  EXPECT_FALSE(connection::takes_answer(asked.stepped.connection, handshake::TicketFound{}));
}

INSTANTIATE_TEST_SUITE_P(Each, Question, ::testing::ValuesIn(question_stops()),
                         [](const auto& each) { return std::string(each.param.name); });

class RemoteKey : public ::testing::TestWithParam<policy::Role> {};

TEST_P(RemoteKey, SignsElsewhere) {
  const bool client_signs = GetParam() == policy::Role::client;
  const policy::Config client = client_with_certificate();
  Pair pair(client_signs ? without_key(client) : client,
            client_signs ? asking_server() : without_key(asking_server()));
  Side& asked = client_signs ? pair.client : pair.server;
  run_to_question(pair, asked);
  ASSERT_EQ(asked.last.result.error, SslError::want_async);
  const auto question = connection::question_of(asked.stepped.connection);
  const auto& request = std::get<handshake::SignatureRequest>(*question);
  crypto::Random random(crypto::fresh_entropy(), 1);
  const auto key = client_signs ? identity(crypto::KeyType::ed25519).key
                                : identity(crypto::KeyType::ec_p256).key;
  const auto signature =
      crypto::sign(request.scheme, key, request.content, crypto::Nonces::libcrypto, random);
  ASSERT_TRUE(signature.ok());
  finish(pair, asked, handshake::Signature{*signature});
  EXPECT_TRUE(pair.complete());
}

TEST_P(RemoteKey, WrongSignatureIsThePeersToFind) {
  const bool client_signs = GetParam() == policy::Role::client;
  const policy::Config client = client_with_certificate();
  Pair pair(client_signs ? without_key(client) : client,
            client_signs ? asking_server() : without_key(asking_server()));
  Side& asked = client_signs ? pair.client : pair.server;
  run_to_question(pair, asked);
  finish(pair, asked, handshake::Signature{Bytes(64, 1)});
  const Side& other = client_signs ? pair.server : pair.client;
  ASSERT_TRUE(other.failure());
  EXPECT_EQ(other.failure()->reason, Reason::bad_signature);
}

INSTANTIATE_TEST_SUITE_P(Either, RemoteKey,
                         ::testing::Values(policy::Role::client, policy::Role::server),
                         [](const auto& each) {
                           return each.param == policy::Role::client ? "Client" : "Server";
                         });

TEST(AsyncJob, WaitsForASlotFirst) {
  Pair pair(client_config(), without_key(server_config()));
  step(pair.client, {});
  step(pair.server, pair.client.take_output(), nullptr, false);
  EXPECT_EQ(pair.server.last.result.error, SslError::want_async_job);
  EXPECT_EQ(step(pair.server, {}, nullptr, false).result.error, SslError::want_async_job);
  EXPECT_EQ(step(pair.server, {}, nullptr, true).result.error, SslError::want_async);
  // It has its slot now.
  EXPECT_EQ(step(pair.server, {}, nullptr, false).result.error, SslError::want_async);
}

// RFC 8446 8.1
std::optional<policy::PskOrigin> shake_with(Pair& pair, MapStore& store) {
  const auto go = [&](Side& side, const Bytes& input, Call call) {
    connection::StepInput what;
    what.input = input;
    what.call = call;
    side.last = connection::step(side.stepped,
                                 {side.config, inputs_of(side.seed + ++side.steps), &store}, what);
  };
  for (int i = 0; i < 5; ++i) {
    go(pair.client, pair.server.take_output(), Call::read);
    go(pair.server, pair.client.take_output(), Call::do_handshake);
  }
  EXPECT_TRUE(pair.complete());
  return pair.server.facts().psk;
}

TEST(StoredTickets, EachResumesOnce) {
  MapStore store;
  policy::Config server = server_config();
  server.ticket_storage = policy::TicketStorage::stored;
  Pair first(client_config(), server);
  EXPECT_FALSE(shake_with(first, store));
  ASSERT_EQ(store.tickets.size(), 2U);
  policy::Config returning = client_config();
  returning.psks = {first.client.session().tickets.front()};
  Pair second(returning, server, 100);
  EXPECT_EQ(shake_with(second, store), policy::PskOrigin::resumption);
  Pair third(returning, server, 200);
  EXPECT_FALSE(shake_with(third, store));
}

// A server that has yet to look a ticket up, or to ask its caller, does not know that there is no 0-RTT data.
TEST(StoredTickets, LetEarlyDataInThatIsReadFirst) {
  for (const bool asks : {false, true}) {
    MapStore store;
    policy::Config server = server_config();
    server.ticket_storage = policy::TicketStorage::stored;
    server.max_early_data = 100;
    Pair first(client_config(), server);
    shake_with(first, store);
    policy::Config returning = client_config();
    returning.psks = {first.client.session().tickets.front()};
    server.pause_on.client_hello = asks;
    Pair second(returning, server, 100);
    second.client.step({}, Call::write_early_data, Bytes{1, 2, 3});
    const handshake::Answer go_on = handshake::GoOn{};
    const Bytes flight = second.client.take_output();
    connection::StepInput what;
    what.input = flight;
    what.call = Call::read_early_data;
    what.read_limit = 100;
    const auto read = [&](const handshake::Answer* answer) {
      auto& side = second.server;
      return connection::step(side.stepped, {side.config, inputs_of(200), &store, answer}, what)
          .result;
    };
    if (asks) {
      const auto paused = read(nullptr);
      EXPECT_EQ(paused.return_value, connection::kReadEarlyDataError);
      EXPECT_EQ(paused.error, SslError::want_client_hello_cb);
      what.input = {};
    }
    const auto got = read(&go_on);
    EXPECT_EQ(got.return_value, connection::kReadEarlyDataSuccess);
    EXPECT_EQ(got.data, (Bytes{1, 2, 3}));
    EXPECT_EQ(second.server.facts().early_data, handshake::EarlyData::accepted);
  }
}

TEST(EarlyExporter, IsTheSameOnBothSides) {
  policy::Config server = server_config();
  server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 2))});
  server.max_early_data = 100;
  Pair first(client_config(), server);
  MapStore unused;
  shake_with(first, unused);
  policy::Config returning = client_config();
  returning.psks = first.client.session().tickets;
  Pair second(returning, server, 50);
  const auto exporter = [](const Side& side) {
    return connection::export_keying_material_early(side.stepped.connection, "label", {}, 40);
  };
  EXPECT_FALSE(exporter(second.client).ok());
  second.client.step({}, Call::write_early_data, Bytes{1, 2, 3});
  second.server.step(second.client.take_output(), Call::read_early_data);
  ASSERT_EQ(second.server.facts().early_data, handshake::EarlyData::accepted);
  const auto ours = exporter(second.client);
  const auto theirs = exporter(second.server);
  ASSERT_TRUE(ours.ok() && theirs.ok());
  EXPECT_EQ(to_bytes(ours->view()), to_bytes(theirs->view()));
}

// A server that insists on a certificate does not take a ticket of a session that had none.
TEST(Resumption, WithoutTheCertificateThatTheServerInsistsOnIsAFullHandshake) {
  policy::Config server = asking_server();
  server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 2))});
  MapStore unused;
  for (const bool had_certificate : {false, true}) {
    const policy::Config client = had_certificate ? client_with_certificate() : client_config();
    Pair first(client, server);
    shake_with(first, unused);
    policy::Config returning = client_with_certificate();
    returning.psks = first.client.session().tickets;
    policy::Config insisting = server;
    insisting.client_authentication = policy::ClientAuthentication::require;
    Pair second(returning, insisting, 70);
    EXPECT_EQ(shake_with(second, unused).has_value(), had_certificate);
    EXPECT_EQ(second.server.facts().peer_certificates.size(), 1U);
  }
}

}  // namespace
}  // namespace stepshake::testing
