// KeyUpdate and NewSessionTicket after the handshake (RFC 8446 4.6, 7.2).
#include <gtest/gtest.h>

#include "crypto/cipher_suite.h"
#include "support/edit.h"
#include "support/pair.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ContentType;
using wire::HandshakeType;

Bytes update(std::uint8_t request) {
  return wire::frame(HandshakeType::key_update, Bytes{request});
}

struct Connected {
  Victim client;
  Victim server;
};

Connected connected_victims() {
  return {station("client Connected").victim, station("server Connected").victim};
}

session::Outcome send(Victim& victim, BytesView data) {
  return session::send(victim.session, *victim.config, inputs_of(5), data);
}

class EachRole : public ::testing::TestWithParam<bool> {
 protected:
  Connected both = connected_victims();
  Victim& victim() { return GetParam() ? both.client : both.server; }
  Victim& honest() { return GetParam() ? both.server : both.client; }
};

// RFC 8446 4.6.3: the reading keys move on, and nothing is answered.
TEST_P(EachRole, NotRequestedIsNotAnswered) {
  const record::Protection before = victim().session.read;
  ASSERT_TRUE(victim().feed(Peer(victim()).handshake(update(0))));
  EXPECT_TRUE(victim().session.output.empty());
  EXPECT_FALSE(same(before.key.view(), victim().session.read.key.view()));
  EXPECT_EQ(victim().session.read.sequence_number, 0U);
  EXPECT_TRUE(takes(victim(), Peer(victim()).seal(ContentType::application_data, Bytes{1})));
}

// RFC 8446 4.6.3: records under the old keys no longer open.
TEST_P(EachRole, TheOldKeysAreGone) {
  Peer old(victim());
  ASSERT_TRUE(victim().feed(old.handshake(update(0))));
  EXPECT_TRUE(refuses(victim(), old.seal(ContentType::application_data, Bytes{1}), bad_record_mac));
}

// RFC 8446 4.6.3: the answer is a KeyUpdate that requests none, under the old keys, before the next data.
TEST_P(EachRole, RequestedIsAnsweredUnderTheOldKeys) {
  const record::Protection before = victim().session.write;
  ASSERT_TRUE(victim().feed(Peer(victim()).handshake(update(1))));
  const auto records = records_in(victim().session.output);
  ASSERT_EQ(records.size(), 1U);
  record::Deframer deframer;
  auto record = deframer.add(records.front(), true);
  record::Protection keys = before;
  const auto plain = keys.open(**record);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->type, ContentType::handshake);
  EXPECT_EQ(plain->content, update(0));
  EXPECT_FALSE(same(before.key.view(), victim().session.write.key.view()));
  EXPECT_EQ(victim().session.write.sequence_number, 0U);
}

// Both sides' secrets move alike (RFC 8446 7.2): many generations, with data between.
TEST_P(EachRole, BothSidesMoveOnTogether) {
  for (int i = 0; i < 20; ++i) {
    // The peer's request is sealed as the honest side would, whose own keys then move by its victim's answer.
    ASSERT_TRUE(victim().feed(Peer(victim()).handshake(update(1))));
    ASSERT_TRUE(honest().feed(victim().take_output()));
    ASSERT_FALSE(send(victim(), Bytes{7}).failure);
    ASSERT_TRUE(honest().feed(victim().take_output()));
    EXPECT_EQ(honest().session.application_data.back(), 7);
    ASSERT_TRUE(victim().feed(Peer(victim()).seal(ContentType::application_data, Bytes{8})));
  }
}

// RFC 8446 4.6.3: any other value is illegal_parameter.
TEST_P(EachRole, AnyOtherRequestIsRefused) {
  for (std::uint8_t value : Bytes{2, 3, 128, 255}) {
    EXPECT_TRUE(refuses(victim(), Peer(victim()).handshake(update(value)), illegal_parameter));
  }
}

TEST_P(EachRole, AnotherLengthIsRefused) {
  for (std::size_t size : {0U, 2U, 3U}) {
    EXPECT_TRUE(refuses(
        victim(), Peer(victim()).handshake(wire::frame(HandshakeType::key_update, Bytes(size))),
        decode_error));
  }
}

TEST_P(EachRole, TooManyInARowAreRefused) {
  unsigned taken = 0;
  while (taken < 1000 && victim().feed(Peer(victim()).handshake(update(0)))) ++taken;
  EXPECT_EQ(taken, victim().config->limits.key_updates);
  EXPECT_EQ(victim().session.failure->reason, Reason::too_many_key_updates);
  EXPECT_EQ(alert_of(*victim().session.failure), unexpected_message);
}

TEST_P(EachRole, WithDataBetweenTheyAreNotTooMany) {
  for (int i = 0; i < 100; ++i) {
    ASSERT_TRUE(victim().feed(Peer(victim()).handshake(update(0))));
    ASSERT_TRUE(victim().feed(Peer(victim()).seal(ContentType::application_data, Bytes{1})));
  }
}

// RFC 8446 5.5: keys that have protected as much as they may are renewed before the next record.
TEST_P(EachRole, WornOutKeysAreRenewedOfOnesOwnAccord) {
  const auto limit = crypto::facts_of(*victim().session.write.suite)->record_limit;
  victim().session.write.sequence_number = limit;
  honest().session.read.sequence_number = limit;
  ASSERT_FALSE(send(victim(), Bytes{9}).failure);
  const auto records = records_in(victim().session.output);
  ASSERT_EQ(records.size(), 2U);
  ASSERT_TRUE(honest().feed(victim().take_output()));
  EXPECT_EQ(honest().session.application_data, Bytes{9});
  EXPECT_EQ(victim().session.write.sequence_number, 1U);
}

TEST_P(EachRole, KeysBelowTheLimitAreKept) {
  victim().session.write.sequence_number =
      crypto::facts_of(*victim().session.write.suite)->record_limit - 1;
  ASSERT_FALSE(send(victim(), Bytes{9}).failure);
  EXPECT_EQ(records_in(victim().session.output).size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(KeyUpdate, EachRole, ::testing::Bool(), [](const auto& of) {
  return std::string(of.param ? "Client" : "Server");
});

Bytes ticket(std::uint32_t lifetime, BytesView nonce, BytesView opaque, BytesView extensions) {
  wire::Writer writer;
  writer.u32(lifetime).u32(1).vector8(nonce).vector16(opaque).vector16(extensions);
  return wire::frame(HandshakeType::new_session_ticket, writer.take());
}

// RFC 8446 4.6.1
TEST(NewSessionTicket, IsTakenByAClientAtAnyTime) {
  Victim client = connected_victims().client;
  Peer peer(client);
  for (std::uint32_t lifetime : {0U, 1U, 604'800U, 0xffffffffU}) {
    ASSERT_TRUE(client.feed(peer.handshake(ticket(lifetime, Bytes(255), Bytes(65'000), {}))));
  }
  EXPECT_TRUE(client.session.output.empty());
}

TEST(NewSessionTicket, WithUnknownExtensionsIsTaken) {
  const Victim client = connected_victims().client;
  EXPECT_TRUE(takes(client, Peer(client).handshake(
                                ticket(1, {}, Bytes{1}, hex("fafa 0001 00 002a 0004 00000400")))));
}

// RFC 8446 4.6.1: opaque ticket<1..2^16-1>.
TEST(NewSessionTicket, WithoutATicketIsRefused) {
  const Victim client = connected_victims().client;
  EXPECT_TRUE(refuses(client, Peer(client).handshake(ticket(1, {}, {}, {})), decode_error));
}

// RFC 8446 4.2
TEST(NewSessionTicket, WithABadExtensionIsRefused) {
  const Victim client = connected_victims().client;
  EXPECT_TRUE(refuses(client,
                      Peer(client).handshake(ticket(1, {}, Bytes{1}, hex("002a 0003 000004"))),
                      decode_error));
  EXPECT_TRUE(refuses(client,
                      Peer(client).handshake(ticket(1, {}, Bytes{1}, hex("000d 0004 00020403"))),
                      illegal_parameter));
  EXPECT_TRUE(refuses(client,
                      Peer(client).handshake(ticket(1, {}, Bytes{1}, hex("fafa 0000 fafa 0000"))),
                      illegal_parameter));
}

}  // namespace
}  // namespace stepshake::testing
