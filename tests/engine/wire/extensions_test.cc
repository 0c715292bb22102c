// wire/extensions.h: the block, and RFC 8446 4.2's table of which extension may stand where.
#include "wire/extensions.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using enum wire::ExtensionType;
using wire::ExtensionType;
using wire::Place;

// RFC 8446 4.2, row by row: CH, SH, EE, CT, CR, NST, HRR.
struct Row {
  ExtensionType type;
  std::string_view places;
};

const std::vector<Row> kTable = {
    {server_name, "CH EE"},
    {max_fragment_length, "CH EE"},
    {status_request, "CH CR CT"},
    {supported_groups, "CH EE"},
    {signature_algorithms, "CH CR"},
    {use_srtp, "CH EE"},
    {heartbeat, "CH EE"},
    {application_layer_protocol_negotiation, "CH EE"},
    {signed_certificate_timestamp, "CH CR CT"},
    {client_certificate_type, "CH EE"},
    {server_certificate_type, "CH EE"},
    {padding, "CH"},
    {key_share, "CH SH HRR"},
    {pre_shared_key, "CH SH"},
    {psk_key_exchange_modes, "CH"},
    {early_data, "CH EE NST"},
    {cookie, "CH HRR"},
    {supported_versions, "CH SH HRR"},
    {certificate_authorities, "CH CR"},
    {oid_filters, "CR"},
    {post_handshake_auth, "CH"},
    {signature_algorithms_cert, "CH CR"},
};

const std::vector<std::pair<std::string_view, Place>> kPlaces = {
    {"CH", Place::client_hello},         {"SH", Place::server_hello},
    {"EE", Place::encrypted_extensions}, {"CT", Place::certificate},
    {"CR", Place::certificate_request},  {"NST", Place::new_session_ticket},
    {"HRR", Place::hello_retry_request},
};

bool names(std::string_view places, std::string_view wanted) {
  return (" " + std::string(places) + " ").find(" " + std::string(wanted) + " ") !=
         std::string::npos;
}

TEST(Places, AreThoseOfTheRfcsTable) {
  for (const auto& row : kTable) {
    for (const auto& [letters, place] : kPlaces) {
      const auto result = wire::check_places(std::vector{row.type}, place);
      EXPECT_EQ(result.ok(), names(row.places, letters)) << wire::shown(row.type) << " " << letters;
      EXPECT_TRUE(result.ok() || alert_of(result.failure()) == AlertDescription::illegal_parameter);
    }
  }
}

TEST(Places, OfAnUnknownExtensionAreAll) {
  for (const auto& [letters, place] : kPlaces) {
    EXPECT_TRUE(wire::check_places(std::vector{ExtensionType{0xfafa}}, place).ok()) << letters;
  }
}

// RFC 8446 4.2: unsupported_extension; the cookie of a HelloRetryRequest excepted.
TEST(Solicited, IsWhatWasOffered) {
  const std::vector<ExtensionType> offered = {server_name, key_share};
  EXPECT_TRUE(wire::check_solicited({{key_share, {}}}, offered, Place::server_hello).ok());
  const auto refused =
      wire::check_solicited({{early_data, {}}}, offered, Place::encrypted_extensions);
  EXPECT_EQ(alert_of(refused.failure()), AlertDescription::unsupported_extension);
  EXPECT_TRUE(wire::check_solicited({{cookie, {}}}, offered, Place::hello_retry_request).ok());
  EXPECT_FALSE(wire::check_solicited({{cookie, {}}}, offered, Place::server_hello).ok());
}

Result<wire::RawExtensions> decode(std::string_view text, std::size_t least = 0) {
  const Bytes bytes = hex(text);
  wire::Reader reader(bytes);
  return wire::decode_extensions(reader, least);
}

TEST(Block, IsReadInOrder) {
  const auto block = decode("000c 0000 0001 aa fafa 0003 010203");
  ASSERT_TRUE(block.ok());
  ASSERT_EQ(block->size(), 2U);
  EXPECT_EQ(block->front().type, server_name);
  EXPECT_EQ(block->back().data, hex("010203"));
  EXPECT_TRUE(decode("0000")->empty());
  EXPECT_EQ(wire::find(*block, ExtensionType{0xfafa}), &block->back());
  EXPECT_EQ(wire::find(*block, cookie), nullptr);
}

TEST(Block, WithATypeTwiceIsRefused) {
  EXPECT_EQ(decode("0008 fafa 0000 fafa 0000").failure().reason, Reason::duplicate_extension);
  EXPECT_EQ(decode("000c 0000 0000 fafa 0000 0000 0000").failure().reason,
            Reason::duplicate_extension);
}

TEST(Block, ThatIsCutIsRefused) {
  for (const char* text : {"", "00", "0001", "0001 00", "0004 0000 0001", "0005 0000 0002 aa",
                           "0003 000000", "0005 0000 0000 00"}) {
    EXPECT_EQ(decode(text).failure().reason, Reason::decode_error) << text;
  }
  EXPECT_FALSE(decode("0000", 2).ok());
}

}  // namespace
}  // namespace stepshake::testing
