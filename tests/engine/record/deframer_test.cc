// record/deframer.h: a stream into records, no byte more than the record at hand (RFC 8446 5.1).
#include "record/deframer.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using record::Deframer;

Reason reason_of(Deframer deframer, BytesView bytes, bool protected_records = false) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(deframer.wanted(), bytes.size());
    const auto result = deframer.add(bytes.first(size), protected_records);
    if (!result.ok()) return result.failure().reason;
    bytes = bytes.subspan(size);
  }
  return Reason::peer_alert;  // none
}

Deframer started() {
  Deframer deframer;
  deframer.started = true;
  return deframer;
}

TEST(Deframer, AsksForTheHeaderThenForTheFragment) {
  Deframer deframer;
  EXPECT_EQ(deframer.wanted(), 5U);
  ASSERT_FALSE(deframer.add(hex("16 03 03 00"), false)->has_value());
  EXPECT_EQ(deframer.wanted(), 1U);
  ASSERT_FALSE(deframer.add(hex("03"), false)->has_value());
  EXPECT_EQ(deframer.wanted(), 3U);
  ASSERT_FALSE(deframer.add(hex("aabb"), false)->has_value());
  EXPECT_EQ(deframer.wanted(), 1U);
  const auto record = deframer.add(hex("cc"), false);
  ASSERT_TRUE(record->has_value());
  EXPECT_EQ((*record)->type, wire::ContentType::handshake);
  EXPECT_EQ((*record)->legacy_record_version, 0x0303);
  EXPECT_EQ((*record)->fragment, hex("aabbcc"));
  EXPECT_EQ(deframer.wanted(), 5U);
  EXPECT_TRUE(deframer.started);
}

TEST(Deframer, GivesAnEmptyRecordWithItsHeader) {
  Deframer deframer;
  const auto record = deframer.add(hex("17 03 03 00 00"), false);
  ASSERT_TRUE(record.ok() && record->has_value());
  EXPECT_TRUE((*record)->fragment.empty());
}

TEST(Deframer, WorksByteByByte) {
  const Bytes stream = hex("16 03 01 00 02 0102 15 03 03 00 02 0100 17 03 03 00 00");
  Deframer deframer;
  std::vector<Bytes> fragments;
  for (std::uint8_t byte : stream) {
    auto record = deframer.add(Bytes{byte}, false);
    ASSERT_TRUE(record.ok());
    if (*record) fragments.push_back((*record)->fragment);
  }
  EXPECT_EQ(fragments, (std::vector<Bytes>{{1, 2}, {1, 0}, {}}));
}

// RFC 8446 5.1, 5.2
TEST(Deframer, BoundsARecordsLength) {
  EXPECT_EQ(reason_of(started(), hex("16 03 03 40 00")), Reason::peer_alert);
  EXPECT_EQ(reason_of(started(), hex("16 03 03 40 01")), Reason::record_overflow);
  EXPECT_EQ(reason_of(started(), hex("17 03 03 41 00"), true), Reason::peer_alert);
  EXPECT_EQ(reason_of(started(), hex("17 03 03 41 01"), true), Reason::record_overflow);
  EXPECT_EQ(reason_of({}, hex("16 03 03 ff ff")), Reason::record_overflow);
}

TEST(Deframer, TellsWhatIsNoTlsByTheFirstBytes) {
  EXPECT_EQ(reason_of({}, view_of("GET / HTTP/1.0")), Reason::http_request);
  EXPECT_EQ(reason_of({}, view_of("POST /")), Reason::http_request);
  EXPECT_EQ(reason_of({}, view_of("CONNECT x")), Reason::https_proxy_request);
  EXPECT_EQ(reason_of({}, view_of("SSH-2.0")), Reason::not_tls);
  EXPECT_EQ(reason_of({}, hex("8080010301")), Reason::not_tls) << "SSL 2.0";
  EXPECT_EQ(reason_of({}, hex("1602000005")), Reason::not_tls);
}

TEST(Deframer, NamesABadRecordLaterOn) {
  EXPECT_EQ(reason_of(started(), view_of("GET / HTTP/1.0")), Reason::record_version);
  EXPECT_EQ(reason_of(started(), hex("1602030001")), Reason::record_version);
}

}  // namespace
}  // namespace stepshake::testing
