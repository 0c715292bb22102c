// 0-RTT data: when a client sends it, when a server takes it, and how either side ends it (RFC 8446 4.2.10, 4.5, 8, D.3).
#include <gtest/gtest.h>

#include <functional>

#include "talk.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using enum wire::ExtensionType;
using handshake::EarlyData;
using wire::CipherSuite;
using wire::ContentType;
using wire::HandshakeType;

Bytes data_said(const Talk& talk, policy::Role by) {
  Bytes all;
  for (const auto& each : talk.said) {
    if (each.by == by && each.sealed && each.type == ContentType::application_data) {
      append(all, each.content);
    }
  }
  return all;
}

bool accepts(const Talk& talk) {
  const auto message = wire::decode_encrypted_extensions(
      wire::unframe(talk.message(kServer, HandshakeType::encrypted_extensions)).body);
  return message->early_data;
}

TEST(EarlyDataOffer, HasBothExtensionsAndIsKeyedByTheFirstPsk) {
  Talk talk(returning_client(ticket_server(100)), ticket_server(100));
  talk.announce(view_of("early"));
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  const auto hello = decoded_hello(talk.message(kClient, HandshakeType::client_hello));
  EXPECT_TRUE(hello.extensions.early_data);
  EXPECT_TRUE(hello.extensions.pre_shared_key);
  // It opened under the keys that the server has from identity 0.
  EXPECT_EQ(text_of(data_said(talk, kClient)), "early");
  EXPECT_EQ(text_of(talk.server.session.early_data), "early");
}

// RFC 8446 E.5: neither sent nor taken unless someone asks for it.
TEST(EarlyDataOffer, IsOffUnlessAskedFor) {
  EXPECT_EQ(policy::default_config().max_early_data, 0U);
  EXPECT_FALSE(
      decoded_hello(first_hello(returning_client(ticket_server(100)))).extensions.early_data);
  const auto tickets = tickets_of(client_config(), ticket_server());
  ASSERT_FALSE(tickets.empty());
  EXPECT_EQ(tickets.front().max_early_data, 0U);
}

// RFC 8446 4.5: EndOfEarlyData where, and only where, the server took the data; by the client alone, then Finished.
TEST(EndOfEarlyData, IsSentWhereTheDataWasTaken) {
  using enum HandshakeType;
  for (const bool taken : {true, false}) {
    Talk talk(returning_client(ticket_server(100)), ticket_server(taken ? 100 : 0));
    talk.announce(view_of("early"));
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    EXPECT_EQ(accepts(talk), taken);
    EXPECT_EQ(talk.types(kClient), taken ? (std::vector{client_hello, end_of_early_data, finished})
                                         : (std::vector{client_hello, finished}));
    EXPECT_TRUE(talk.message(kServer, end_of_early_data).empty());
  }
}

// RFC 8446 4.2.11.3: the server's flight does not wait for EndOfEarlyData.
TEST(EarlyDataAtTheServer, DoesNotHoldUpItsFlight) {
  Talk talk(returning_client(ticket_server(100)), ticket_server(100));
  talk.announce(view_of("early"));
  ASSERT_TRUE(talk.server.feed(records_in(talk.client.take_output()).front()));
  EXPECT_EQ(talk.server.session.facts.early_data, EarlyData::accepted);
  Victim& client = talk.client;
  ASSERT_TRUE(client.feed(talk.server.take_output()));
  EXPECT_TRUE(client.complete());
}

struct RefusalCase {
  const char* name;
  std::function<void(policy::Config& client, policy::Config& server)> change;
};

// RFC 8446 4.2.10: all of these MUST make the server refuse the data, and go on with the handshake.
std::vector<RefusalCase> refusals() {
  return {
      {"AnotherProtocol",
       [](auto& client, auto& server) {
         client.alpn_protocols = server.alpn_protocols = {to_bytes(view_of("h3"))};
       }},
      {"NoProtocol",
       [](auto& client, auto& server) {
         client.alpn_protocols.clear();
         server.alpn_protocols.clear();
       }},
      {"AnotherSuiteOfTheHash",
       [](auto& /*client*/, auto& server) {
         server.cipher_suites = {CipherSuite::tls_chacha20_poly1305_sha256};
       }},
      {"AnAgeTooGreat", [](auto& client, auto& /*server*/) { client.psks[0].age_add += 11'000; }},
      {"AnAgeTooSmall", [](auto& client, auto& /*server*/) { client.psks[0].age_add -= 11'000; }},
      {"TheSecondPsk",
       [](auto& client, auto& /*server*/) {
         client.psks[0].identity.back() ^= 1;
         // Its age would pass for that of the second, so that it is not the age that decides.
         client.psks[0].age_add = client.psks[1].age_add;
       }},
      {"NoneConfigured", [](auto& /*client*/, auto& server) { server.max_early_data = 0; }},
      {"ARetry",
       [](auto& /*client*/, auto& server) { server.groups = {wire::NamedGroup::secp384r1}; }},
  };
}

policy::Config issuer() {
  policy::Config config = ticket_server(100);
  config.alpn_protocols = {to_bytes(view_of("h2"))};
  config.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256};
  return config;
}

policy::Config guest() {
  policy::Config config = client_config();
  config.alpn_protocols = {to_bytes(view_of("h2"))};
  return returning_client(issuer(), config);
}

class EarlyDataRefused : public ::testing::TestWithParam<RefusalCase> {};

TEST_P(EarlyDataRefused, IsSkippedAndNotSentAgain) {
  policy::Config ours = guest();
  policy::Config theirs = issuer();
  GetParam().change(ours, theirs);
  Talk talk(ours, theirs, 3);
  talk.announce(view_of("early"));
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  EXPECT_FALSE(accepts(talk));
  EXPECT_EQ(talk.client.session.facts.early_data, EarlyData::rejected);
  EXPECT_EQ(talk.server.session.facts.early_data, EarlyData::rejected);
  EXPECT_TRUE(talk.server.session.early_data.empty());
  EXPECT_TRUE(talk.message(kClient, HandshakeType::end_of_early_data).empty());
  // RFC 8446 4.2.10, E.5: it is the caller's to send again.
  EXPECT_TRUE(data_said(talk, kClient).empty());
  EXPECT_TRUE(talk.server.session.application_data.empty());
}

// What none of the cases changes is taken; a clock may differ a little.
TEST(EarlyDataTaken, WithTheParametersOfItsTicket) {
  for (const std::uint32_t drift : {0U, 9'000U}) {
    policy::Config ours = guest();
    ours.psks[0].age_add += drift;
    Talk talk(ours, issuer(), 3);
    talk.announce(view_of("early"));
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    EXPECT_TRUE(accepts(talk)) << drift;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EarlyDataRefused, ::testing::ValuesIn(refusals()),
                         [](const auto& of) { return std::string(of.param.name); });

// RFC 8446 4.1.2, 4.2.10: the hello after a retry no longer announces any.
TEST(EarlyDataAtTheClient, IsNoLongerAnnouncedAfterARetry) {
  policy::Config theirs = issuer();
  theirs.groups = {wire::NamedGroup::secp384r1};
  Talk talk(guest(), theirs, 3);
  talk.announce(view_of("early"));
  talk.run();
  const auto messages = talk.messages(kClient);
  ASSERT_GE(messages.size(), 2U);
  EXPECT_TRUE(decoded_hello(messages[0]).extensions.early_data);
  EXPECT_FALSE(decoded_hello(messages[1]).extensions.early_data);
  EXPECT_TRUE(decoded_hello(messages[1]).extensions.pre_shared_key);
}

// RFC 8446 D.3: a client that has sent 0-RTT data MUST fail where the server chooses TLS 1.2.
TEST(EarlyDataAtTheClient, EndsWithAServerOfTls12) {
  Talk talk(guest(), issuer(), 3);
  talk.announce(view_of("early"));
  Victim& client = talk.client;
  ASSERT_TRUE(talk.server.feed(records_in(client.take_output()).front()));
  auto hello = server_hello_of(
      BytesView(records_in(talk.server.session.output).front()).subspan(record::kHeaderSize));
  hello.extensions.clear();
  hello.cipher_suite = CipherSuite{0xc02f};
  EXPECT_TRUE(refuses(client, record_of(ContentType::handshake, framed(hello)), protocol_version));
}

// A server that has taken the announcement and the hello's record, and waits for data.
Victim expecting_server() {
  Talk talk(guest(), issuer(), 3);
  talk.announce(view_of("early"));
  if (!talk.server.feed(records_in(talk.client.take_output()).front())) std::abort();
  talk.server.take_output();
  return talk.server;
}

// RFC 8446 4.2.10: what was accepted and does not open is bad_record_mac, as everywhere.
TEST(EarlyDataAtTheServer, ThatWasTakenMustOpen) {
  const Victim server = expecting_server();
  EXPECT_TRUE(takes(server, Peer(server).seal(ContentType::application_data, Bytes{1})));
  Bytes record = Peer(server).seal(ContentType::application_data, Bytes{1});
  record.back() ^= 1;
  EXPECT_TRUE(refuses(server, record, bad_record_mac));
  EXPECT_TRUE(
      refuses(server, record_of(ContentType::application_data, Bytes(100)), bad_record_mac));
}

// RFC 8446 4.5, 5.1: EndOfEarlyData ends its record; nothing but it, and data, comes under the early keys.
TEST(EarlyDataAtTheServer, EndsWithItsRecord) {
  const Victim server = expecting_server();
  const Bytes end = wire::frame(HandshakeType::end_of_early_data, {});
  EXPECT_TRUE(takes(server, Peer(server).handshake(end)));
  const Bytes more = {wire::number_of(HandshakeType::finished)};
  EXPECT_TRUE(refuses(server, Peer(server).handshake(concat({end, more})), unexpected_message));
  EXPECT_TRUE(refuses(server, Peer(server).handshake(wire::frame(HandshakeType::finished, {})),
                      unexpected_message));
  EXPECT_TRUE(refuses(
      server, Peer(server).handshake(wire::frame(HandshakeType::end_of_early_data, Bytes{0})),
      decode_error));
}

// RFC 8446 4.5: a client that has not had its data taken says no EndOfEarlyData, and one that does is refused.
TEST(EndOfEarlyData, IsRefusedWhereNothingWasTaken) {
  Talk talk(client_config(), server_config());
  ASSERT_TRUE(talk.carry(kClient));
  const Victim& server = talk.server;
  EXPECT_TRUE(refuses(server,
                      Peer(server).handshake(wire::frame(HandshakeType::end_of_early_data, {})),
                      unexpected_message));
}

// RFC 8446 4.2.10: a server skips up to a limit, and no further; what opens is no longer early.
TEST(EarlyDataAtTheServer, IsSkippedUpToTheLimit) {
  for (const bool retry : {false, true}) {
    policy::Config theirs = issuer();
    theirs.max_early_data = 0;
    theirs.limits.skipped_early_data = 1'000;
    if (retry) theirs.groups = {wire::NamedGroup::secp384r1};
    Talk talk(guest(), theirs, 3);
    talk.announce({});
    ASSERT_TRUE(talk.server.feed(records_in(talk.client.take_output()).front()));
    talk.server.take_output();
    Victim server = talk.server;
    const Bytes junk = record_of(ContentType::application_data, Bytes(500, 7));
    ASSERT_TRUE(server.feed(junk));
    ASSERT_TRUE(server.feed(junk));
    EXPECT_TRUE(refuses(server, junk, unexpected_message));
  }
}

}  // namespace
}  // namespace stepshake::testing
