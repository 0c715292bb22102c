// The record layer's rules as a session obeys them (RFC 8446 5).
#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ContentType;
using wire::HandshakeType;

const Bytes kOne = {1};

class EveryRecord : public ::testing::TestWithParam<std::string> {
 protected:
  const Station& here() const { return station(GetParam()); }
  bool keyed() const { return here().victim.session.read.protects(); }
};

// RFC 8446 5: a type that is not expected, or does not exist, is unexpected_message.
TEST_P(EveryRecord, OfAnUnknownTypeIsRefused) {
  if (!here().victim.session.deframer.started) GTEST_SKIP() << "first bytes: no TLS at all";
  for (std::uint8_t type : Bytes{0, 19, 24, 25, 64, 255}) {
    EXPECT_TRUE(
        refuses(here().victim, record_of(static_cast<ContentType>(type), kOne), unexpected_message))
        << int{type};
  }
}

// RFC 8446 5, 5.2: inside a protected record as well; a protected ChangeCipherSpec too.
TEST_P(EveryRecord, WithAnUnknownTypeInsideIsRefused) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  for (std::uint8_t type : Bytes{1, 19, 20, 24, 25, 64, 255}) {
    EXPECT_TRUE(
        refuses(here().victim, Peer(here().victim).seal_inner(Bytes{1, type}), unexpected_message))
        << int{type};
  }
}

// RFC 8446 5.4: an inner plaintext without a non-zero byte is unexpected_message.
TEST_P(EveryRecord, OfZerosAloneIsRefused) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  for (std::size_t size : {0U, 1U, 2U, 100U, 16385U}) {
    EXPECT_TRUE(
        refuses(here().victim, Peer(here().victim).seal_inner(Bytes(size)), unexpected_message))
        << size;
  }
}

// RFC 8446 5.1, 5.4: zero-length fragments of handshake and alert records, padded or not.
TEST_P(EveryRecord, OfZeroLengthIsRefusedUnlessItIsApplicationData) {
  for (auto type : {ContentType::handshake, ContentType::alert}) {
    if (!keyed()) {
      EXPECT_TRUE(refuses(here().victim, record_of(type, {}), unexpected_message));
      continue;
    }
    for (std::size_t padding : {0U, 1U, 200U}) {
      Bytes inner = {wire::number_of(type)};
      inner.resize(1 + padding);
      EXPECT_TRUE(
          refuses(here().victim, Peer(here().victim).seal_inner(inner), unexpected_message));
    }
  }
}

// RFC 8446 5.1, 5.2: longer than 2^14, protected 2^14 + 256, is record_overflow; by the header alone.
TEST_P(EveryRecord, ThatIsTooLongIsRefusedByItsHeader) {
  const std::size_t most = keyed() ? 16'384U + 256 : 16'384U;
  const auto type = keyed() ? ContentType::application_data : ContentType::handshake;
  for (std::size_t size : {most + 1, std::size_t{65'535}}) {
    wire::Writer writer;
    const Bytes header = writer.u8(wire::number_of(type)).u16(0x0303).u16(size).take();
    EXPECT_TRUE(refuses(here().victim, header, record_overflow)) << size;
  }
  wire::Writer writer;
  EXPECT_TRUE(takes(here().victim, writer.u8(wire::number_of(type)).u16(0x0303).u16(most).take()));
}

// RFC 8446 5.4: the inner plaintext is at most 2^14 + 1 bytes.
TEST_P(EveryRecord, WithTooLongAnInnerPlaintextIsRefused) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  Bytes inner(16'386, 0);
  inner[0] = wire::number_of(ContentType::handshake);
  EXPECT_TRUE(refuses(here().victim, Peer(here().victim).seal_inner(inner), record_overflow));
}

// RFC 8446 5.2: records that cannot be opened are bad_record_mac; shorter than a tag, too.
TEST_P(EveryRecord, ThatDoesNotOpenIsRefused) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 100U}) {
    EXPECT_TRUE(refuses(here().victim, record_of(ContentType::application_data, Bytes(size)),
                        bad_record_mac))
        << size;
  }
}

// RFC 8446 5.3: a record seen before, or one that is still to come, does not open.
TEST_P(EveryRecord, UnderAnotherSequenceNumberIsRefused) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  Peer ahead(here().victim);
  ++ahead.keys.sequence_number;
  EXPECT_TRUE(refuses(here().victim, ahead.handshake(kOne), bad_record_mac));
}

// RFC 8446 5: under keys nothing comes in the clear but a dummy ChangeCipherSpec.
TEST_P(EveryRecord, InTheClearIsRefusedOnceThereAreKeys) {
  if (!keyed()) GTEST_SKIP() << "no keys yet";
  EXPECT_TRUE(
      refuses(here().victim,
              record_of(ContentType::handshake, wire::frame(HandshakeType::finished, Bytes(32))),
              unexpected_message));
}

// RFC 8446 5.1: legacy_record_version MUST be ignored.
TEST_P(EveryRecord, VersionInItsHeaderIsIgnoredInTheClear) {
  if (keyed() || here().record.empty()) GTEST_SKIP();
  for (std::uint16_t version :
       std::vector<std::uint16_t>{0x0300, 0x0301, 0x0302, 0x0303, 0x0304, 0x03ff}) {
    EXPECT_TRUE(takes(here().victim, record_of(ContentType::handshake, here().message, version)))
        << version;
  }
}

// Application data before the handshake is complete (RFC 8446 2, 6.2).
TEST_P(EveryRecord, OfApplicationDataIsRefusedDuringTheHandshake) {
  const Bytes record = Peer(here().victim).seal(ContentType::application_data, kOne);
  if (here().victim.complete()) {
    EXPECT_TRUE(takes(here().victim, record));
  } else {
    EXPECT_TRUE(refuses(here().victim, record, unexpected_message));
  }
}

// RFC 8446 5, D.4: a ChangeCipherSpec of the byte 1 is dropped from the first ClientHello to the peer's Finished.
TEST_P(EveryRecord, ChangeCipherSpecIsDroppedDuringTheHandshakeOnly) {
  const Bytes record = record_of(ContentType::change_cipher_spec, kOne);
  if (GetParam() == "server WaitClientHello" || here().victim.complete()) {
    EXPECT_TRUE(refuses(here().victim, record, unexpected_message));
    return;
  }
  Victim victim = here().victim;
  ASSERT_TRUE(victim.feed(record));
  EXPECT_EQ(victim.state(), here().victim.state());
  EXPECT_TRUE(victim.session.output == here().victim.session.output);
  EXPECT_TRUE(takes(victim, here().record)) << "the honest message after it";
}

// RFC 8446 5: any other value is unexpected_message.
TEST_P(EveryRecord, ChangeCipherSpecOfAnythingElseIsRefused) {
  for (const Bytes& content : {Bytes{}, Bytes{0}, Bytes{2}, Bytes{1, 1}, Bytes{1, 0}}) {
    EXPECT_TRUE(refuses(here().victim, record_of(ContentType::change_cipher_spec, content),
                        unexpected_message))
        << to_hex(content);
  }
}

TEST_P(EveryRecord, ChangeCipherSpecsWithoutEndAreRefused) {
  Victim victim = here().victim;
  const Bytes record = record_of(ContentType::change_cipher_spec, kOne);
  for (int i = 0; i < 1000 && victim.feed(record); ++i) {
  }
  ASSERT_TRUE(victim.session.failure.has_value());
  EXPECT_EQ(alert_of(*victim.session.failure), unexpected_message);
}

// RFC 8446 5.1: handshake messages MUST NOT be interleaved with other record types.
TEST_P(EveryRecord, InsideAHandshakeMessageMustBeHandshake) {
  if (here().message.empty()) GTEST_SKIP() << "no message";
  Victim victim = here().victim;
  Peer peer(victim);
  ASSERT_TRUE(victim.feed(peer.handshake(BytesView(here().message).first(2))));
  EXPECT_TRUE(
      refuses(victim, Peer(peer).seal(ContentType::alert, Bytes{1, 0}), unexpected_message));
  EXPECT_TRUE(
      refuses(victim, Peer(peer).seal(ContentType::application_data, kOne), unexpected_message));
}

INSTANTIATE_TEST_SUITE_P(Records, EveryRecord, ::testing::ValuesIn(station_names()), NameOfCase());

// RFC 8446 5.1: messages that come before a key change MUST end with their record.
TEST(KeyChange, NoRecordStraddlesIt) {
  for (const char* name :
       {"client WaitServerHello", "client WaitSecondServerHello", "client WaitFinished",
        "server WaitClientHello", "server WaitSecondClientHello", "server WaitFinished"}) {
    const Station& here = station(name);
    for (std::size_t extra : {1U, 4U, 40U}) {
      Bytes more(extra, 0);
      more[0] = wire::number_of(HandshakeType::finished);
      Peer peer(here.victim);
      EXPECT_TRUE(
          refuses(here.victim, peer.handshake(concat({here.message, more})), unexpected_message))
          << name << " with " << extra << " bytes more";
    }
  }
}

TEST(KeyChange, NoKeyUpdateIsFollowedInItsRecord) {
  for (const char* name : {"client Connected", "server Connected"}) {
    const Station& here = station(name);
    const Bytes update = wire::frame(HandshakeType::key_update, Bytes{0});
    EXPECT_TRUE(refuses(here.victim, Peer(here.victim).handshake(concat({update, update})),
                        unexpected_message))
        << name;
  }
}

// Several messages in a record are allowed where the keys stay (RFC 8446 5.1).
TEST(KeyChange, MessagesBetweenMayShareARecord) {
  const Journey journey = travel({});
  Bytes joined;
  const Station* first = nullptr;
  for (const auto& each : journey.client) {
    if (each.name == "client WaitServerHello" || each.message.empty()) continue;
    if (first == nullptr) first = &each;
    append(joined, each.message);
  }
  ASSERT_NE(first, nullptr);
  Victim victim = first->victim;
  ASSERT_TRUE(victim.feed(Peer(victim).handshake(joined)));
  EXPECT_TRUE(victim.complete());
}

TEST(ApplicationData, MayBeEmptyAndPaddedButNotWithoutEnd) {
  Victim victim = station("server Connected").victim;
  Peer peer(victim);
  Bytes padded(200, 0);
  padded[0] = wire::number_of(ContentType::application_data);
  ASSERT_TRUE(victim.feed(peer.seal_inner(padded)));
  int taken = 0;
  while (taken < 1000 && victim.feed(peer.seal(ContentType::application_data, {}))) ++taken;
  EXPECT_LE(taken, static_cast<int>(victim.config->limits.empty_records));
  EXPECT_EQ(alert_of(*victim.session.failure), unexpected_message);
}

TEST(ApplicationData, EmptyRecordsBetweenDataAreNotCounted) {
  Victim victim = station("client Connected").victim;
  Peer peer(victim);
  for (int i = 0; i < 200; ++i) {
    ASSERT_TRUE(victim.feed(peer.seal(ContentType::application_data, {})));
    ASSERT_TRUE(victim.feed(peer.seal(ContentType::application_data, kOne)));
  }
  EXPECT_EQ(victim.session.application_data.size(), 200U);
}

}  // namespace
}  // namespace stepshake::testing
