// RFC 8448 3: the key schedule, the record protection and the whole transcript of the simple 1-RTT handshake.
#include "rfc8448_section3.h"

#include <gtest/gtest.h>

#include "crypto/key_exchange.h"
#include "schedule/hkdf.h"
#include "schedule/tls13_secrets.h"
#include "session/advance.h"
#include "support/edit.h"
#include "support/pair.h"
#include "support/victim.h"

namespace stepshake::testing::section3 {
namespace {

using crypto::HashAlgorithm;
using wire::CipherSuite;
using wire::ContentType;

constexpr auto kHash = HashAlgorithm::sha256;
constexpr auto kSuite = CipherSuite::tls_aes_128_gcm_sha256;

crypto::PrivateShare share(std::string_view private_key, std::string_view public_key) {
  return {wire::NamedGroup::x25519, Secret(hex(private_key)), hex(public_key)};
}

schedule::HandshakeSecret handshake_secret() {
  return schedule::handshake_secret(schedule::early_secret(kHash, {}), hex(kSharedSecret));
}

schedule::TrafficSecret traffic_secret(std::string_view secret) {
  return {kHash, Secret(hex(secret))};
}

record::Protection protection(std::string_view secret) {
  auto keys = schedule::traffic_keys(traffic_secret(secret), *crypto::facts_of(kSuite));
  return {kSuite, std::move(keys.key), std::move(keys.iv), 0};
}

Bytes hash_of(std::initializer_list<std::string_view> messages) {
  Bytes all;
  for (auto message : messages) append(all, hex(message));
  return crypto::hash(kHash, {all});
}

TEST(Section3, SharedSecret) {
  const auto client =
      crypto::conclude(share(kClientPrivateKey, kClientPublicKey), hex(kServerPublicKey));
  const auto server =
      crypto::conclude(share(kServerPrivateKey, kServerPublicKey), hex(kClientPublicKey));
  ASSERT_TRUE(client.ok());
  ASSERT_TRUE(server.ok());
  EXPECT_EQ(hex_of(*client), kSharedSecret);
  EXPECT_EQ(hex_of(*server), kSharedSecret);
}

TEST(Section3, SecretsOfEachStage) {
  const auto early = schedule::early_secret(kHash, {});
  EXPECT_EQ(hex_of(early.secret), kEarlySecret);
  EXPECT_EQ(hex_of(schedule::derive_secret({kHash, early.secret.view()}, "derived",
                                           crypto::hash(kHash, {}))),
            kDerivedForHandshake);
  const auto handshake = handshake_secret();
  EXPECT_EQ(hex_of(handshake.secret), kHandshakeSecret);
  EXPECT_EQ(hex_of(schedule::derive_secret({kHash, handshake.secret.view()}, "derived",
                                           crypto::hash(kHash, {}))),
            kDerivedForMaster);
  EXPECT_EQ(hex_of(schedule::master_secret(handshake).secret), kMasterSecret);
}

TEST(Section3, TrafficSecretsAndKeys) {
  const Bytes to_hello = hash_of({kClientHello, kServerHello});
  EXPECT_EQ(to_hex(to_hello), kHashToServerHello);
  const auto handshake = schedule::handshake_traffic(handshake_secret(), to_hello);
  EXPECT_EQ(hex_of(handshake.client.secret), kClientHandshakeTraffic);
  EXPECT_EQ(hex_of(handshake.server.secret), kServerHandshakeTraffic);
  const Bytes to_finished = hash_of({kClientHello, kServerHello, kServerFlight});
  EXPECT_EQ(to_hex(to_finished), kHashToServerFinished);
  const auto master = schedule::master_secret(handshake_secret());
  const auto application = schedule::application_traffic(master, to_finished);
  EXPECT_EQ(hex_of(application.client.secret), kClientApplicationTraffic);
  EXPECT_EQ(hex_of(application.server.secret), kServerApplicationTraffic);
  EXPECT_EQ(hex_of(schedule::exporter_master_secret(master, to_finished)), kExporterMaster);
  const Bytes to_end = hash_of({kClientHello, kServerHello, kServerFlight, kClientFinished});
  EXPECT_EQ(to_hex(to_end), kHashToClientFinished);
  EXPECT_EQ(hex_of(schedule::resumption_master_secret(master, to_end)), kResumptionMaster);
  EXPECT_EQ(hex_of(schedule::hkdf_expand_label({kHash, hex(kResumptionMaster)}, "resumption",
                                               hex("0000"), 32)),
            kResumptionPsk);

  struct Row {
    std::string_view secret, key, iv;
  };
  for (const Row& row :
       {Row{kServerHandshakeTraffic, kServerHandshakeKey, kServerHandshakeIv},
        Row{kClientHandshakeTraffic, kClientHandshakeKey, kClientHandshakeIv},
        Row{kServerApplicationTraffic, kServerApplicationKey, kServerApplicationIv},
        Row{kClientApplicationTraffic, kClientApplicationKey, kClientApplicationIv}}) {
    const auto keys = protection(row.secret);
    EXPECT_EQ(hex_of(keys.key), row.key);
    EXPECT_EQ(hex_of(keys.iv), row.iv);
  }
}

TEST(Section3, Finished) {
  EXPECT_EQ(hex_of(schedule::hkdf_expand_label({kHash, hex(kServerHandshakeTraffic)}, "finished",
                                               {}, 32)),
            kServerFinishedKey);
  EXPECT_EQ(hex_of(schedule::hkdf_expand_label({kHash, hex(kClientHandshakeTraffic)}, "finished",
                                               {}, 32)),
            kClientFinishedKey);
  const Bytes finished = hex(kServerFinished);
  const Bytes flight = hex(kServerFlight);
  const BytesView before = BytesView(flight).first(flight.size() - finished.size());
  const Bytes to_verify = crypto::hash(kHash, {hex(kClientHello), hex(kServerHello), before});
  EXPECT_EQ(
      hex_of(schedule::finished_verify_data(traffic_secret(kServerHandshakeTraffic), to_verify)),
      kServerFinished.substr(8));
  EXPECT_EQ(
      hex_of(schedule::finished_verify_data(traffic_secret(kClientHandshakeTraffic),
                                            hash_of({kClientHello, kServerHello, kServerFlight}))),
      kClientFinished.substr(8));
}

// Every protected record of the trace, sealed and opened.
TEST(Section3, RecordsSealAndOpen) {
  struct Row {
    std::string_view secret;
    std::uint64_t sequence_number;
    ContentType type;
    std::string_view content, record;
  };
  const std::vector<Row> rows = {
      {kServerHandshakeTraffic, 0, ContentType::handshake, kServerFlight, kServerFlightRecord},
      {kClientHandshakeTraffic, 0, ContentType::handshake, kClientFinished, kClientFinishedRecord},
      {kServerApplicationTraffic, 0, ContentType::handshake, kNewSessionTicket,
       kNewSessionTicketRecord},
      {kClientApplicationTraffic, 0, ContentType::application_data, kApplicationData,
       kClientDataRecord},
      {kServerApplicationTraffic, 1, ContentType::application_data, kApplicationData,
       kServerDataRecord},
      {kClientApplicationTraffic, 1, ContentType::alert, "0100", kClientAlertRecord},
      {kServerApplicationTraffic, 2, ContentType::alert, "0100", kServerAlertRecord},
  };
  for (const auto& row : rows) {
    auto keys = protection(row.secret);
    keys.sequence_number = row.sequence_number;
    auto opening = keys;
    Bytes out;
    keys.seal(row.type, hex(row.content), out);
    EXPECT_EQ(to_hex(out), row.record);
    record::Deframer deframer;
    auto record = deframer.add(hex(row.record), true);
    ASSERT_TRUE(record.ok() && record.value());
    const auto plain = opening.open(std::move(**record));
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->type, row.type);
    EXPECT_EQ(to_hex(plain->content), row.content);
  }
}

// A client that holds the trace's key and has sent the trace's hello.
Victim client_of_the_trace() {
  policy::Config config = policy::default_config();
  config.role = policy::Role::client;
  config.cipher_suites = {kSuite, CipherSuite::tls_chacha20_poly1305_sha256,
                          CipherSuite::tls_aes_256_gcm_sha384};
  config.verification = policy::Verification::off;
  config.middlebox_compatibility = false;
  Victim client(config, 1);
  client.session.output.clear();
  client.session.transcript.clear();
  client.session.transcript.add(hex(kClientHello));
  handshake::WaitServerHello state;
  state.shares.push_back(share(kClientPrivateKey, kClientPublicKey));
  client.session.state = std::move(state);
  return client;
}

// The client's session takes the server's records byte for byte, and answers with the trace's own.
TEST(Section3, ReplayedByAClientSession) {
  Victim client = client_of_the_trace();
  ASSERT_TRUE(takes(client, concat({hex(kServerHelloRecordHeader), hex(kServerHello),
                                    hex(kServerFlightRecord)})));
  ASSERT_TRUE(client.feed(concat({hex(kServerHelloRecordHeader), hex(kServerHello)})));
  EXPECT_TRUE(client.session.output.empty());
  ASSERT_TRUE(client.feed(hex(kServerFlightRecord)));
  EXPECT_TRUE(client.complete());
  EXPECT_EQ(to_hex(client.take_output()), kClientFinishedRecord);
  EXPECT_EQ(client.session.facts.server_signature_scheme,
            wire::SignatureScheme::rsa_pss_rsae_sha256);
  ASSERT_TRUE(client.feed(hex(kNewSessionTicketRecord)));
  ASSERT_FALSE(
      session::send(client.session, *client.config, inputs_of(1), hex(kApplicationData)).failure);
  EXPECT_EQ(to_hex(client.take_output()), kClientDataRecord);
  ASSERT_TRUE(client.feed(hex(kServerDataRecord)));
  EXPECT_EQ(to_hex(client.session.application_data), kApplicationData);
  session::close(client.session, *client.config);
  EXPECT_EQ(to_hex(client.take_output()), kClientAlertRecord);
  ASSERT_TRUE(client.feed(hex(kServerAlertRecord)));
  EXPECT_TRUE(client.session.shutdown.received);
}

// A server that has sent the trace's flight takes the client's records, and seals the trace's own.
TEST(Section3, ReplayedByAServerSession) {
  policy::Config config = server_config();
  Victim server(config, 1);
  auto& session = server.session;
  session.transcript.add(hex(kClientHello));
  session.transcript.add(hex(kServerHello));
  BytesView flight_left;
  const Bytes flight = hex(kServerFlight);
  for (flight_left = flight; !flight_left.empty();) {
    const auto message = wire::unframe(flight_left);
    session.transcript.add(message.whole);
    flight_left = flight_left.subspan(message.whole.size());
  }
  const auto master = schedule::master_secret(handshake_secret());
  const Bytes to_finished = session.transcript.hash(kHash);
  handshake::server13::WaitFinished state;
  state.keys = {kSuite, schedule::handshake_traffic(handshake_secret(), hex(kHashToServerHello)),
                master};
  state.application = {kSuite, schedule::application_traffic(master, to_finished),
                       schedule::exporter_master_secret(master, to_finished), Secret()};
  session.state = std::move(state);
  session.read = protection(kClientHandshakeTraffic);
  session.write = protection(kServerApplicationTraffic);
  ASSERT_TRUE(server.feed(hex(kClientFinishedRecord)));
  ASSERT_TRUE(server.complete());
  const auto& keys = std::get<handshake::server13::Connected>(session.state).keys;
  EXPECT_EQ(hex_of(keys.resumption_master_secret), kResumptionMaster);
  server.session.write.seal(ContentType::handshake, hex(kNewSessionTicket), session.output);
  EXPECT_TRUE(to_hex(server.take_output()).ends_with(kNewSessionTicketRecord));
  ASSERT_TRUE(server.feed(hex(kClientDataRecord)));
  EXPECT_EQ(to_hex(session.application_data), kApplicationData);
  ASSERT_FALSE(session::send(session, *server.config, inputs_of(1), hex(kApplicationData)).failure);
  EXPECT_EQ(to_hex(server.take_output()), kServerDataRecord);
  ASSERT_TRUE(server.feed(hex(kClientAlertRecord)));
  EXPECT_TRUE(session.shutdown.received);
  session::close(session, *server.config);
  EXPECT_EQ(to_hex(server.take_output()), kServerAlertRecord);
}

// The trace's messages are well-formed, and what we would write is what stands there.
TEST(Section3, MessagesDecodeAndEncodeAgain) {
  EXPECT_EQ(to_hex(framed(client_hello_of(hex(kClientHello)))), kClientHello);
  EXPECT_EQ(to_hex(framed(server_hello_of(hex(kServerHello)))), kServerHello);
  const Bytes flight = hex(kServerFlight);
  EXPECT_EQ(framed(encrypted_extensions_of(flight)), to_bytes(wire::unframe(flight).whole));
}

}  // namespace
}  // namespace stepshake::testing::section3
