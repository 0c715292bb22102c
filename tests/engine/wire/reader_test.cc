// wire/reader.h and wire/writer.h: the presentation language (RFC 8446 3).
#include "wire/reader.h"

#include <gtest/gtest.h>

#include "support/hex.h"
#include "wire/writer.h"

namespace stepshake::testing {
namespace {

TEST(Reader, ReadsNumbersInNetworkOrder) {
  const Bytes bytes = hex("01 0203 040506 0708090a ff");
  wire::Reader reader(bytes);
  EXPECT_EQ(*reader.u8("a"), 1U);
  EXPECT_EQ(*reader.u16("b"), 0x0203U);
  EXPECT_EQ(*reader.u24("c"), 0x040506U);
  EXPECT_EQ(*reader.u32("d"), 0x0708090aU);
  EXPECT_FALSE(reader.at_end());
  EXPECT_FALSE(reader.expect_end("all").ok());
  EXPECT_EQ(reader.expect_end("all").failure().reason, Reason::trailing_data);
  EXPECT_EQ(reader.rest().size(), 1U);
}

TEST(Reader, SaysWhichFieldIsCutShort) {
  const Bytes bytes = hex("01");
  wire::Reader reader(bytes);
  const auto result = reader.u16("legacy_version");
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.failure().reason, Reason::decode_error);
  EXPECT_NE(result.failure().detail.find("legacy_version"), std::string::npos);
}

TEST(Reader, HoldsVectorsToTheirBounds) {
  const Bytes bytes = hex("03 aabbcc");
  EXPECT_EQ(wire::Reader(bytes).vector8("v", {3, 3})->size(), 3U);
  EXPECT_FALSE(wire::Reader(bytes).vector8("v", {4, 255}).ok());
  EXPECT_FALSE(wire::Reader(bytes).vector8("v", {0, 2}).ok());
  EXPECT_FALSE(wire::Reader(hex("04 aabbcc")).vector8("v").ok());
  EXPECT_FALSE(wire::Reader(hex("0004 aabbcc")).vector16("v").ok());
  EXPECT_FALSE(wire::Reader(hex("ffffff aa")).vector24("v").ok());
}

TEST(Reader, RefusesListsOfOddLength) {
  EXPECT_FALSE(wire::decode_u16_list(hex("000102"), "list").ok());
  EXPECT_EQ(*wire::decode_u16_list(hex("0001 0203"), "list"),
            (std::vector<std::uint16_t>{1, 0x203}));
}

TEST(Writer, WritesWhatTheReaderReads) {
  wire::Writer writer;
  writer.u8(1).u16(0x203).u24(0x40506).u32(0x708090a).u64(0x0102030405060708ULL);
  writer.vector8(hex("aa")).vector16(hex("bb")).vector24(hex("cc"));
  writer.nested(2, [&] { writer.nested(1, [&] { writer.u8(9); }); });
  EXPECT_EQ(to_hex(writer.take()),
            "010203040506070809"
            "0a0102030405060708"
            "01aa"
            "0001bb"
            "000001cc"
            "00020109");
}

TEST(CodePoints, AreShownByNameOrNumber) {
  EXPECT_EQ(wire::shown(wire::CipherSuite::tls_aes_128_gcm_sha256), "TLS_AES_128_GCM_SHA256");
  EXPECT_EQ(wire::shown(wire::NamedGroup{0xfafa}), "0xfafa");
  EXPECT_EQ(wire::shown(wire::HandshakeType{99}), "0x63");
  EXPECT_EQ(wire::name_of(wire::ExtensionType{0xfafa}), "");
}

}  // namespace
}  // namespace stepshake::testing
