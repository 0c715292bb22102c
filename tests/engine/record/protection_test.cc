// record/protection.h: sealing and opening in every suite (RFC 8446 5.2 to 5.5).
#include "record/protection.h"

#include <gtest/gtest.h>

#include "policy/config.h"
#include "support/hex.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using record::Protection;
using wire::ContentType;

class EachSuite : public ::testing::TestWithParam<wire::CipherSuite> {
 protected:
  crypto::SuiteFacts facts = *crypto::facts_of(GetParam());
  Protection keys = {GetParam(), Secret(BytesView(Bytes(facts.key_size, 7))),
                     Secret(BytesView(Bytes(12, 9))), 0};

  static record::Record parse(BytesView bytes) {
    record::Deframer deframer;
    return *std::move(*deframer.add(bytes, true));
  }
};

TEST_P(EachSuite, OpensWhatItSeals) {
  Protection sealing = keys;
  Protection opening = keys;
  for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U, 16'384U}) {
    Bytes out;
    const Bytes content(size, 0x42);
    sealing.seal(ContentType::handshake, content, out);
    EXPECT_EQ(out.size(), 5 + size + 1 + facts.tag_size);
    EXPECT_EQ(out[0], 23);
    const auto plain = opening.open(parse(out));
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->type, ContentType::handshake);
    EXPECT_EQ(plain->content, content);
  }
  EXPECT_EQ(sealing.sequence_number, 7U);
  EXPECT_EQ(opening.sequence_number, 7U);
}

TEST_P(EachSuite, CutsLongContentIntoRecords) {
  Protection sealing = keys;
  Bytes out;
  sealing.seal(ContentType::application_data, Bytes(40'000, 1), out);
  const auto records = records_in(out);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records[0].size(), 5 + 16'384 + 1 + facts.tag_size);
  EXPECT_EQ(sealing.sequence_number, 3U);
}

// RFC 8446 5.3: the sequence number, all 64 bits of it, is in the nonce.
TEST_P(EachSuite, OpensOnlyUnderTheSameSequenceNumber) {
  for (int bit = 0; bit < 64; ++bit) {
    Protection sealing = keys;
    sealing.sequence_number = std::uint64_t{1} << bit;
    Bytes out;
    sealing.seal(ContentType::alert, Bytes{1, 0}, out);
    Protection opening = keys;
    opening.sequence_number = std::uint64_t{1} << bit;
    EXPECT_TRUE(Protection(opening).open(parse(out)).ok());
    opening.sequence_number = 0;
    EXPECT_EQ(opening.open(parse(out)).failure().reason, Reason::bad_record_mac);
  }
}

// RFC 8446 5.2: the header is the additional data.
TEST_P(EachSuite, RefusesEveryFlippedBit) {
  Protection sealing = keys;
  Bytes out;
  sealing.seal(ContentType::handshake, Bytes{1, 2, 3}, out);
  for (std::size_t bit = 0; bit < out.size() * 8; ++bit) {
    if (bit / 8 == 3 || bit / 8 == 4) continue;  // the length: another record
    Bytes bent = out;
    bent[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    record::Record record{static_cast<ContentType>(bent[0]),
                          static_cast<std::uint16_t>(bent[1] << 8 | bent[2]),
                          Bytes(bent.begin() + 5, bent.end())};
    EXPECT_FALSE(Protection(keys).open(std::move(record)).ok()) << bit;
  }
}

TEST_P(EachSuite, TakesThePaddingOff) {
  const std::vector<std::size_t> sizes = {0, 1, 255, 16'000};
  for (std::size_t padding : sizes) {
    Bytes inner = {5, 0, 22};
    inner.resize(3 + padding);
    Victim carrier(client_config(), 1);
    carrier.session.read = keys;
    const Bytes out = Peer(carrier).seal_inner(inner);
    const auto plain = Protection(keys).open(parse(out));
    ASSERT_TRUE(plain.ok());
    EXPECT_EQ(plain->type, ContentType::handshake);
    EXPECT_EQ(plain->content, (Bytes{5, 0}));
  }
}

// RFC 8446 5.5
TEST_P(EachSuite, IsWornOutAtTheSuitesLimit) {
  Protection used = keys;
  EXPECT_FALSE(used.worn_out());
  used.sequence_number = facts.record_limit - 1;
  EXPECT_FALSE(used.worn_out());
  used.sequence_number = facts.record_limit;
  EXPECT_TRUE(used.worn_out());
}

INSTANTIATE_TEST_SUITE_P(
    Protection, EachSuite,
    ::testing::ValuesIn(policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)),
    [](const auto& of) { return std::string(wire::name_of(of.param)); });

TEST(WithoutKeys, RecordsGoInTheClearUnderTheGivenVersion) {
  Protection none;
  Bytes out;
  none.seal(ContentType::handshake, Bytes{1, 2}, out, {.legacy_record_version = 0x0301});
  EXPECT_EQ(to_hex(out), "16030100020102");
  Bytes empty;
  none.seal(ContentType::handshake, {}, empty);
  EXPECT_EQ(to_hex(empty), "1603030000");
  EXPECT_FALSE(none.worn_out());
}

}  // namespace
}  // namespace stepshake::testing
