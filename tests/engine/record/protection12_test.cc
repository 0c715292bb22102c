// record/protection.h before TLS 1.3 (RFC 5246 6.2.3): every suite in every version that it may be used in.
#include <gtest/gtest.h>

#include "record/protection.h"
#include "support/hex.h"
#include "support/mode12.h"
#include "support/victim.h"

namespace stepshake::testing {
namespace {

using record::Protection;
using wire::ContentType;

record::Record parse(const Protection& keys, BytesView bytes) {
  record::Deframer deframer;
  return *std::move(*deframer.add(bytes, true, keys.fragment_limit()));
}

Bytes sealed(Protection& keys, BytesView content,
             ContentType type = ContentType::application_data) {
  Bytes out;
  keys.seal(type, content, out, {.split_first_byte = false});
  return out;
}

TEST(Protection12, OpensWhatItSeals) {
  for (const auto& mode : modes12()) {
    SCOPED_TRACE(mode.name());
    Protection sealing = mode.keys();
    Protection opening = mode.keys();
    for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 1000U, 16'384U}) {
      const Bytes content(size, 0x42);
      const Bytes out = sealed(sealing, content, ContentType::handshake);
      EXPECT_EQ(out[0], 22);
      EXPECT_EQ(out[1] << 8 | out[2], wire::number_of(mode.version));
      EXPECT_LE(out.size(), 5 + size + 1024);  // RFC 5246 6.2.3
      EXPECT_EQ(records_in(out).size(), 1U);
      const auto plain = opening.open(parse(opening, out));
      ASSERT_TRUE(plain.ok()) << plain.failure().detail;
      EXPECT_EQ(plain->type, ContentType::handshake);
      EXPECT_EQ(plain->content, content);
    }
    EXPECT_EQ(sealing.sequence_number, 7U);
    EXPECT_EQ(opening.sequence_number, 7U);
  }
}

// RFC 5288 3, RFC 6655 3: the explicit nonce; ours is the sequence number. RFC 7905 2 has none.
TEST(Protection12, SendsTheNonceWithTheRecord) {
  for (const auto& mode : modes12()) {
    if (!mode.facts().aead) continue;
    SCOPED_TRACE(mode.name());
    Protection keys = mode.keys();
    keys.sequence_number = 0x0102030405060708;
    const Bytes out = sealed(keys, Bytes(10, 1));
    const bool chacha = *mode.facts().aead == crypto::AeadAlgorithm::chacha20_poly1305;
    EXPECT_EQ(out.size(), 5 + (chacha ? 0 : 8) + 10 + mode.facts().tag_size);
    EXPECT_EQ(to_hex(BytesView(out).subspan(5, 8)) == "0102030405060708", !chacha);
  }
}

// RFC 5246 6.2.3.1, 6.2.3.3: sequence number, type, version and length are under the MAC.
TEST(Protection12, RefusesEveryChangeAsBadRecordMac) {
  for (const auto& mode : modes12()) {
    SCOPED_TRACE(mode.name());
    Protection keys = mode.keys();
    const Bytes out = sealed(keys, Bytes{1, 2, 3});
    const auto answer = [&](const Bytes& bytes, std::uint64_t sequence) {
      Protection opening = mode.keys();
      opening.sequence_number = sequence;
      const auto plain = opening.open({static_cast<ContentType>(bytes[0]),
                                       static_cast<std::uint16_t>(bytes[1] << 8 | bytes[2]),
                                       Bytes(bytes.begin() + 5, bytes.end())});
      EXPECT_EQ(opening.sequence_number, sequence + (plain.ok() ? 1 : 0));
      return plain.ok() ? std::optional<Reason>() : plain.failure().reason;
    };
    EXPECT_EQ(answer(out, 0), std::nullopt);
    for (std::size_t bit = 0; bit < out.size() * 8; ++bit) {
      if (bit / 8 == 3 || bit / 8 == 4) continue;  // the length: another record
      Bytes bent = out;
      bent[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
      const bool version = bit / 8 == 1 || bit / 8 == 2;
      EXPECT_EQ(answer(bent, 0), version ? Reason::record_version : Reason::bad_record_mac) << bit;
    }
    for (std::size_t size = 5; size < out.size(); ++size) {
      EXPECT_EQ(answer(Bytes(out.begin(), out.begin() + static_cast<std::ptrdiff_t>(size)), 0),
                Reason::bad_record_mac);
    }
    for (int bit = 0; bit < 63; ++bit) {
      EXPECT_EQ(answer(out, std::uint64_t{1} << bit), Reason::bad_record_mac);
    }
  }
}

// RFC 5246 6.1: sequence numbers do not wrap.
TEST(Protection12, StopsAtTheLastSequenceNumber) {
  for (const auto& mode : modes12()) {
    Protection keys = mode.keys();
    const Bytes out = sealed(keys, Bytes{1});
    keys.sequence_number = UINT64_MAX;
    EXPECT_TRUE(keys.worn_out());
    EXPECT_TRUE(sealed(keys, Bytes{1}).empty());
    EXPECT_EQ(keys.open(parse(keys, out)).failure().reason, Reason::internal_error);
    EXPECT_EQ(keys.sequence_number, UINT64_MAX);
  }
}

// RFC 5246 6.2.3: 2^14 + 2048 bytes; before there are keys 2^14, or what was agreed.
TEST(Protection12, BoundsARecordsLength) {
  const auto answer = [](const Protection& keys, std::size_t size) {
    record::Deframer deframer;
    const Bytes header = {23, 3, 3, static_cast<std::uint8_t>(size >> 8),
                          static_cast<std::uint8_t>(size)};
    const auto record = deframer.add(header, keys.protects(), keys.fragment_limit());
    return record.ok() ? std::optional<Reason>() : record.failure().reason;
  };
  for (const auto& mode : modes12()) {
    EXPECT_EQ(answer(mode.keys(), 16'384 + 2'048), std::nullopt);
    EXPECT_EQ(answer(mode.keys(), 16'384 + 2'049), Reason::record_overflow);
  }
  Protection none;
  EXPECT_EQ(answer(none, 16'384), std::nullopt);
  EXPECT_EQ(answer(none, 16'385), Reason::record_overflow);
  none.content_limit = 1'024;
  EXPECT_EQ(answer(none, 1'024), std::nullopt);
  EXPECT_EQ(answer(none, 1'025), Reason::record_overflow);
}

// Keys come and go; what was agreed on the size stays.
TEST(Protection12, KeysChangeAndTheLimitStays) {
  Protection keys;
  keys.content_limit = 700;
  keys.install({wire::CipherSuite::tls_aes_128_gcm_sha256, Secret(16), Secret(12)});
  EXPECT_EQ(keys.content_limit, 700);
  keys.sequence_number = 5;
  keys.install({wire::CipherSuite::tls_aes_128_gcm_sha256, Secret(16), Secret(12)});
  EXPECT_EQ(keys.sequence_number, 0U);
  EXPECT_EQ(keys.content_limit, 700);
  keys.remove_keys();
  EXPECT_FALSE(keys.protects());
  EXPECT_TRUE(keys.key.empty());
  EXPECT_EQ(keys.content_limit, 700);
}

// RFC 6066 4, RFC 8449 4: what was agreed bounds what is sent and what is taken.
TEST(Protection12, KeepsToTheAgreedSize) {
  for (const auto& mode : modes12()) {
    SCOPED_TRACE(mode.name());
    Protection small = mode.keys();
    small.content_limit = 512;
    Protection usual = mode.keys();
    EXPECT_EQ(records_in(sealed(small, Bytes(1025, 7))).size(), 3U);
    small = mode.keys();
    small.content_limit = 512;
    EXPECT_TRUE(small.open(parse(small, sealed(usual, Bytes(512, 7)))).ok());
    const auto plain = small.open(parse(small, sealed(usual, Bytes(513, 7))));
    EXPECT_EQ(plain.failure().reason, Reason::inner_plaintext_overflow);
    EXPECT_EQ(alert_of(plain.failure()), AlertDescription::record_overflow);
  }
}

}  // namespace
}  // namespace stepshake::testing
