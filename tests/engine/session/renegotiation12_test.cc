// RFC 5746: a renegotiation is bound to the connection that it takes place on, from either side; RFC 7366 3.1; and what a
// failure leaves of a session (RFC 5246 7.2.2).
#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/stations12.h"
#include "talk.h"
#include "wire/server_hello12.h"

namespace stepshake::testing {
namespace {

using wire::ContentType;
using wire::ExtensionType;
using wire::HandshakeType;

policy::Config allowing(policy::Config config) {
  config.renegotiation = policy::Renegotiation::allowed;
  return config;
}

// The message in a record that goes to this reader.
Bytes message_in(const Victim& reader, BytesView record) {
  record::Protection keys = reader.session.read;
  return keys.open({ContentType::handshake, 0x0303, to_bytes(record.subspan(record::kHeaderSize))})
      .value()
      .content;
}

// Connected, and the client has been asked to begin anew: its hello, in the clear.
struct Anew {
  Talk talk;
  Bytes hello;

  Anew(policy::Config client, policy::Config server)
      : talk(allowing(std::move(client)), allowing(std::move(server))) {
    talk.run();
    EXPECT_TRUE(talk.complete()) << talk.trouble();
    Peer peer(talk.client);
    EXPECT_TRUE(talk.client.feed(peer.handshake(wire::frame(HandshakeType::hello_request, {}))));
    // The server has sent a record more than it knows.
    ++talk.server.session.write.sequence_number;
    hello = message_in(talk.server, records_in(talk.client.take_output()).front());
  }
  // The server's answer to this hello, sealed.
  [[nodiscard]] Bytes sealed_hello(const wire::ClientHello& changed) const {
    return Peer(talk.server).handshake(framed(changed));
  }
};

TEST(Renegotiation12, IsBoundToTheConnection) {
  const Anew anew(client_config12(), server_config12());
  const Victim& server = anew.talk.server;
  const auto honest = client_hello_of(anew.hello);
  const auto with = [&](Bytes info) {
    auto changed = honest;
    put(changed.extensions.others, ExtensionType::renegotiation_info, std::move(info));
    return anew.sealed_hello(changed);
  };
  ASSERT_EQ(data_of(honest.extensions.others, ExtensionType::renegotiation_info).size(), 13U);
  EXPECT_TRUE(takes(server, anew.sealed_hello(honest)));
  EXPECT_TRUE(refuses(server, with(Bytes{0}), AlertDescription::handshake_failure));
  Bytes wrong = data_of(honest.extensions.others, ExtensionType::renegotiation_info);
  wrong.back() ^= 1;
  EXPECT_TRUE(refuses(server, with(wrong), AlertDescription::handshake_failure));
  auto missing = honest;
  drop(missing.extensions.others, ExtensionType::renegotiation_info);
  EXPECT_TRUE(refuses(server, anew.sealed_hello(missing), AlertDescription::handshake_failure));
  auto signalled = honest;
  signalled.cipher_suites.push_back(wire::kEmptyRenegotiationInfoScsv);
  EXPECT_TRUE(refuses(server, anew.sealed_hello(signalled), AlertDescription::handshake_failure));
  auto other_version = honest;
  other_version.legacy_version = 0x0302;
  EXPECT_TRUE(
      refuses(server, anew.sealed_hello(other_version), AlertDescription::protocol_version));

  // And the answer, to the client.
  Victim answering = server;
  ASSERT_TRUE(answering.feed(anew.sealed_hello(honest)));
  const Victim& client = anew.talk.client;
  const auto answer =
      server_hello_of(message_in(client, records_in(answering.take_output()).front()));
  const auto sealed = [&](const wire::ServerHello& hello) {
    return Peer(client).handshake(framed(hello));
  };
  ASSERT_EQ(data_of(answer.extensions, ExtensionType::renegotiation_info).size(), 25U);
  EXPECT_TRUE(takes(client, sealed(answer)));
  auto changed = answer;
  put(changed.extensions, ExtensionType::renegotiation_info, Bytes{0});
  EXPECT_TRUE(refuses(client, sealed(changed), AlertDescription::handshake_failure));
  drop(changed.extensions, ExtensionType::renegotiation_info);
  EXPECT_TRUE(refuses(client, sealed(changed), AlertDescription::handshake_failure));
  changed = answer;
  wrong = data_of(answer.extensions, ExtensionType::renegotiation_info);
  wrong.back() ^= 1;
  put(changed.extensions, ExtensionType::renegotiation_info, wrong);
  EXPECT_TRUE(refuses(client, sealed(changed), AlertDescription::handshake_failure));
  changed = answer;
  changed.legacy_version = 0x0302;
  EXPECT_TRUE(refuses(client, sealed(changed), AlertDescription::illegal_parameter));
}

// Neither side takes a second hello that lacks what the first handshake had agreed on.
void expect_not_to_be_dropped(const Anew& anew, ExtensionType type) {
  auto hello = client_hello_of(anew.hello);
  Victim answering = anew.talk.server;
  ASSERT_TRUE(answering.feed(anew.sealed_hello(hello)));
  auto answer =
      server_hello_of(message_in(anew.talk.client, records_in(answering.take_output()).front()));
  drop(answer.extensions, type);
  EXPECT_TRUE(refuses(anew.talk.client, Peer(anew.talk.client).handshake(framed(answer)),
                      AlertDescription::handshake_failure));
  drop(hello.extensions.others, type);
  EXPECT_TRUE(
      refuses(anew.talk.server, anew.sealed_hello(hello), AlertDescription::handshake_failure));
}

TEST(Renegotiation12, DoesNotGoBackFromEncryptThenMac) {
  policy::Config client = client_config12();
  policy::Config server = server_config12();
  client.cipher_suites =
      server.cipher_suites = {wire::CipherSuite::tls_ecdhe_ecdsa_with_aes_128_cbc_sha};
  const Anew anew(client, server);
  EXPECT_TRUE(takes(anew.talk.server, anew.sealed_hello(client_hello_of(anew.hello))));
  expect_not_to_be_dropped(anew, ExtensionType::encrypt_then_mac);
}

// As OpenSSL: a connection that has the extended master secret keeps it.
TEST(Renegotiation12, DoesNotGoBackFromTheExtendedMasterSecret) {
  const Anew anew(client_config12(), server_config12());
  expect_not_to_be_dropped(anew, ExtensionType::extended_master_secret);
}

// A HelloRequest in the middle of a handshake changes nothing, and is in no transcript.
TEST(Renegotiation12, IsNotBegunInTheMiddleOfAHandshake) {
  for (const auto& here : all_stations12()) {
    if (here.role != policy::Role::client || here.record.empty() || here.victim.complete() ||
        here.victim.state() == "WaitFinished") {
      continue;
    }
    SCOPED_TRACE(here.name);
    Peer peer(here.victim);
    Victim asked = here.victim;
    ASSERT_TRUE(asked.feed(peer.handshake(wire::frame(HandshakeType::hello_request, {}))));
    EXPECT_EQ(asked.state(), here.victim.state());
    EXPECT_EQ(asked.session.transcript.messages, here.victim.session.transcript.messages);
    EXPECT_TRUE(asked.session.output.empty());
    EXPECT_TRUE(refuses(here.victim,
                        peer.handshake(wire::frame(HandshakeType::hello_request, Bytes{0})),
                        AlertDescription::decode_error));
  }
}

TEST(Failure12, ForgetsTheSession) {
  policy::Config server = server_config12();
  server.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  Talk talk(client_config12(), server);
  talk.run();
  ASSERT_EQ(talk.client.session.tickets.size(), 1U);
  ASSERT_FALSE(talk.client.feed(record_of(ContentType::application_data, Bytes(40))));
  EXPECT_TRUE(talk.client.session.tickets.empty());
}

// RFC 5246 6.1: sequence numbers MUST NOT wrap; what cannot be sealed is not said to be sent.
TEST(Failure12, OfAWriterWhoseSequenceNumbersAreAtTheirEnd) {
  Talk talk(client_config12(), server_config12());
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  for (Victim* side : {&talk.client, &talk.server}) {
    side->session.write.sequence_number = UINT64_MAX - 5;
    for (std::uint64_t i = 0; i < 10 && !side->session.failure; ++i) {
      side->take_output();
      session::send(side->session, *side->config, inputs_of(i), Bytes(10));
      EXPECT_EQ(records_in(side->session.output).size(), 1U);
    }
    ASSERT_TRUE(side->session.failure.has_value());
    EXPECT_EQ(side->session.failure->reason, Reason::internal_error);
  }
}

}  // namespace
}  // namespace stepshake::testing
