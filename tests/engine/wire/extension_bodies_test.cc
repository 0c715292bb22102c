// wire/extension_bodies.h: each body's round trip, truncations, trailing bytes and bounds.
#include "wire/extension_bodies.h"

#include <gtest/gtest.h>

#include "again.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using wire::ExtensionType;
using wire::NamedGroup;

struct BodyCase {
  const char* name;
  Bytes body;
  Again again;
  std::vector<std::string_view> bad;
};

Result<std::vector<NamedGroup>> decode_groups(BytesView data) {
  return wire::decode_list16<NamedGroup>(data, ExtensionType::supported_groups);
}

Result<std::uint16_t> decode_version(BytesView data) {
  return wire::decode_u16(data, ExtensionType::supported_versions);
}

std::vector<BodyCase> body_cases() {
  using namespace wire;  // NOLINT: the decoders' names
  return {
      {"ServerName",
       hex("0006 00 0003 612e62"),
       again(decode_server_name, encode_server_name),
       {"0000", "0003 00 0000", "0005 00 0003 6100"}},
      {"Groups",
       hex("0004 001d 0017"),
       again(decode_groups, encode_list16<NamedGroup>),
       {"0000", "0001 00", "0003 001d00"}},
      {"Alpn",
       hex("000c 02 6832 08 687474702f312e31"),
       again(decode_alpn, encode_alpn),
       {"0000", "0001 00", "0004 02 6832 00", "0003 03 6832"}},
      {"Versions",
       hex("04 0304 0303"),
       again(decode_supported_versions, encode_supported_versions),
       {"00", "01 03", "03 030403"}},
      {"ClientShares",
       hex("000c 001d 0002 aabb 0017 0002 ccdd"),
       again(decode_client_shares, encode_client_shares),
       {"0004 001d 0000", "0001 00", "0005 001d 0002 aa"}},
      {"ServerShare",
       hex("001d 0002 aabb"),
       again(decode_server_share, encode_server_share),
       {"001d 0000", "001d"}},
      {"Version", hex("0304"), again(decode_version, encode_u16), {"03", ""}},
      {"Cookie",
       hex("0002 aabb"),
       again(decode_cookie, [](const Bytes& b) { return encode_cookie(b); }),
       {"0000", ""}},
      {"PskModes", hex("02 01 00"), again(decode_psk_modes, encode_psk_modes), {"00", ""}},
      {"Psks",
       encode_offered_psks({{{Bytes{1}, 2}, {Bytes(40, 3), 4}}, {Bytes(32, 5), Bytes(48, 6)}}),
       again(decode_offered_psks, encode_offered_psks),
       {"0000 0000", "0007 0001 aa 00000001 0000"}},
      {"Authorities",
       hex("0005 0003 aabbcc"),
       again(decode_certificate_authorities, encode_certificate_authorities),
       {"0000", "0002 0000", "0003 0002 aa"}},
      {"Filters",
       hex("0007 02 aabb 0002 ccdd"),
       again(decode_oid_filters, encode_oid_filters),
       {"0003 00 0000", "0001 01"}},
      {"MaxEarlyData",
       hex("00004000"),
       again(decode_max_early_data, encode_max_early_data),
       {"004000"}},
  };
}

class EachBody : public ::testing::TestWithParam<BodyCase> {};

TEST_P(EachBody, IsEncodedAsItWasDecoded) {
  const auto same_again = GetParam().again(GetParam().body);
  ASSERT_TRUE(same_again.ok()) << same_again.failure().detail;
  EXPECT_EQ(to_hex(*same_again), to_hex(GetParam().body));
}

TEST_P(EachBody, CutOrDrawnOutIsRefused) {
  for (std::size_t size = 0; size < GetParam().body.size(); ++size) {
    EXPECT_FALSE(GetParam().again(BytesView(GetParam().body).first(size)).ok()) << size;
  }
  Bytes longer = GetParam().body;
  longer.push_back(0);
  const auto drawn_out = GetParam().again(longer);
  ASSERT_FALSE(drawn_out.ok());
  EXPECT_EQ(alert_of(drawn_out.failure()), AlertDescription::decode_error);
}

TEST_P(EachBody, OutOfBoundsIsRefused) {
  for (auto text : GetParam().bad) EXPECT_FALSE(GetParam().again(hex(text)).ok()) << text;
}

INSTANTIATE_TEST_SUITE_P(Bodies, EachBody, ::testing::ValuesIn(body_cases()),
                         [](const auto& of) { return std::string(of.param.name); });

TEST(ServerName, OfAnotherTypeIsPassedOver) {
  EXPECT_EQ(*wire::decode_server_name(hex("0008 05 0001 7a 00 0001 61")), "a");
  EXPECT_EQ(*wire::decode_server_name(hex("0004 05 0001 7a")), "");
  EXPECT_FALSE(wire::decode_server_name(hex("0008 00 0001 61 00 0001 62")).ok());
}

TEST(Padding, IsZeros) {
  EXPECT_TRUE(wire::check_padding({}).ok());
  EXPECT_TRUE(wire::check_padding(Bytes(100)).ok());
  EXPECT_FALSE(wire::check_padding(Bytes{0, 1}).ok());
}

TEST(BindersSize, IsTheListWithItsLengths) {
  EXPECT_EQ(wire::binders_size({{}, {Bytes(32), Bytes(48)}}), 2U + 33U + 49U);
}

}  // namespace
}  // namespace stepshake::testing
