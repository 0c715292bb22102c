// CBC records (RFC 5246 6.2.3.2, RFC 2246 6.2.3.2, RFC 7366), against records that the test makes itself: with any padding,
// and with any fault.
#include <gtest/gtest.h>

#include <set>

#include "crypto/cbc.h"
#include "crypto/hash.h"
#include "support/mode12.h"
#include "support/victim.h"

namespace stepshake::testing {
namespace {

using record::Protection;
using wire::ContentType;
using wire::ProtocolVersion;

constexpr auto kData = ContentType::application_data;

std::vector<Mode12> cbc_modes() {
  auto modes = modes12();
  std::erase_if(modes, [](const Mode12& mode) { return !mode.is_cbc(); });
  return modes;
}

std::array<std::uint8_t, 13> covered_header(const Protection& keys, std::size_t size) {
  const auto version = wire::number_of(keys.version);
  return {0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          23,
          static_cast<std::uint8_t>(version >> 8),
          static_cast<std::uint8_t>(version),
          static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size)};
}

// The first record under the keys, out of its parts: what is encrypted, and over what the MAC is.
struct Forge {
  Mode12 mode;
  Protection keys = mode.keys();

  [[nodiscard]] Bytes mac(BytesView content) const {
    const auto secret = crypto::hmac(*mode.facts().mac, keys.mac_key.view(),
                                     {covered_header(keys, content.size()), content});
    return to_bytes(secret.view());
  }
  // Whole blocks, encrypted as they are; under encrypt-then-MAC with a right MAC behind.
  [[nodiscard]] record::Record record(Bytes blocks) const {
    const Bytes iv = mode.chains() ? to_bytes(keys.iv.view()) : Bytes(16, 0x1f);
    crypto::cbc_encrypt(keys.key.view(), iv, blocks);
    Bytes fragment = mode.chains() ? blocks : concat({iv, blocks});
    if (mode.encrypt_then_mac) append(fragment, mac(fragment));
    return {kData, wire::number_of(keys.version), fragment};
  }
  // Content, its MAC where it belongs inside, and `padding` bytes beside the length.
  [[nodiscard]] Bytes blocks(BytesView content, std::size_t padding) const {
    Bytes made = to_bytes(content);
    if (!mode.encrypt_then_mac) append(made, mac(content));
    made.insert(made.end(), padding + 1, static_cast<std::uint8_t>(padding));
    return made;
  }
  // How much content makes whole blocks with this padding.
  [[nodiscard]] std::size_t content_size(std::size_t padding) const {
    const std::size_t rest = (mode.encrypt_then_mac ? 0 : mode.facts().mac_size) + padding + 1;
    return (16 - rest % 16) % 16;
  }
  [[nodiscard]] std::optional<Reason> answer(const record::Record& record) const {
    const auto plain = Protection(keys).open(record);
    return plain.ok() ? std::optional<Reason>() : plain.failure().reason;
  }
};

// RFC 5246 6.2.3.2: the padding MAY be any length up to 255 bytes that makes whole blocks.
TEST(Cbc, TakesEveryLengthOfPadding) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    for (std::size_t padding = 0; padding < 256; ++padding) {
      for (std::size_t more : {0U, 16U, 512U}) {
        const Bytes content(forge.content_size(padding) + more, 0x5a);
        const auto plain =
            Protection(forge.keys).open(forge.record(forge.blocks(content, padding)));
        ASSERT_TRUE(plain.ok()) << padding;
        EXPECT_EQ(plain->content, content);
      }
    }
  }
}

// "Each uint8 in the padding data vector MUST be filled with the padding length value. The receiver MUST check".
TEST(Cbc, ChecksEveryByteOfPadding) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    for (std::size_t padding : {1U, 15U, 16U, 64U, 255U}) {
      const Bytes right = forge.blocks(Bytes(forge.content_size(padding) + 16, 0x5a), padding);
      EXPECT_EQ(forge.answer(forge.record(right)), std::nullopt);
      for (std::size_t from_end = 1; from_end <= padding; ++from_end) {
        Bytes bent = right;
        bent[bent.size() - 1 - from_end] ^= static_cast<std::uint8_t>(1U << (from_end % 8));
        EXPECT_EQ(forge.answer(forge.record(bent)), Reason::bad_record_mac) << from_end;
      }
    }
  }
}

// Every value of the last byte but the right one: padding that is wrong, longer than the record, or that moves the MAC.
TEST(Cbc, RefusesEveryOtherPaddingLength) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    for (std::size_t more : {0U, 512U}) {
      const Bytes right = forge.blocks(Bytes(forge.content_size(7) + more, 0x5a), 7);
      for (std::size_t length = 0; length < 256; ++length) {
        Bytes bent = right;
        bent.back() = static_cast<std::uint8_t>(length);
        // Without the MAC inside, a lone 00 is right padding: one that the MAC behind it covers.
        const bool right_still = length == 7 || (mode.encrypt_then_mac && length == 0);
        EXPECT_EQ(forge.answer(forge.record(bent)),
                  right_still ? std::optional<Reason>() : Reason::bad_record_mac)
            << length;
      }
    }
  }
}

TEST(Cbc, ChecksEveryByteOfTheMacWhereverItStands) {
  for (const auto& mode : cbc_modes()) {
    if (mode.encrypt_then_mac) continue;
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    const std::size_t mac_size = mode.facts().mac_size;
    for (std::size_t padding : {0U, 5U, 100U, 255U}) {
      const Bytes right = forge.blocks(Bytes(forge.content_size(padding) + 32, 0x5a), padding);
      const std::size_t mac_at = right.size() - padding - 1 - mac_size;
      for (std::size_t i = 0; i < mac_size; ++i) {
        Bytes bent = right;
        bent[mac_at + i] ^= 0x80;
        EXPECT_EQ(forge.answer(forge.record(bent)), Reason::bad_record_mac);
      }
    }
  }
}

// Lengths that no record has: each says bad_record_mac, as RFC 5246 7.2.2 has it, and nothing is read beyond the end.
TEST(Cbc, RefusesEveryShortRecord) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    for (std::size_t size = 0; size < 130; ++size) {
      const record::Record record{kData, wire::number_of(mode.version), Bytes(size, 0x33)};
      EXPECT_EQ(forge.answer(record), Reason::bad_record_mac) << size;
    }
  }
}

// RFC 7366 3: a wrong MAC is the answer even where the padding under it is right, and a right MAC does not excuse
// padding that is wrong.
TEST(Cbc, EncryptThenMacCoversIvAndCiphertext) {
  for (const auto& mode : cbc_modes()) {
    if (!mode.encrypt_then_mac) continue;
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    const auto right = forge.record(forge.blocks(Bytes(forge.content_size(3) + 16, 1), 3));
    EXPECT_EQ(forge.answer(right), std::nullopt);
    for (std::size_t i = 0; i < right.fragment.size(); ++i) {
      auto bent = right;
      bent.fragment[i] ^= 1;
      EXPECT_EQ(forge.answer(bent), Reason::bad_record_mac) << i;
    }
    EXPECT_EQ(forge.answer(forge.record(Bytes(32, 0x40))), Reason::bad_record_mac);
  }
}

// RFC 2246 6.2.3.2: the last block of a record is the IV of the next; RFC 4346 6.2.3.2: since then each has its own.
TEST(Cbc, ChainsRecordsInTls10Alone) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    Protection sealing = mode.keys();
    Protection opening = mode.keys();
    std::set<Bytes> ivs;
    Bytes last_block = to_bytes(sealing.iv.view());
    for (int i = 0; i < 20; ++i) {
      Bytes out;
      sealing.seal(ContentType::handshake, Bytes(40, 7), out);
      const std::size_t mac_behind = mode.encrypt_then_mac ? mode.facts().mac_size : 0;
      if (mode.chains()) {
        const BytesView last = BytesView(out).first(out.size() - mac_behind).last(16);
        EXPECT_TRUE(same(sealing.iv.view(), last));
      } else {
        ivs.insert(to_bytes(BytesView(out).subspan(5, 16)));
      }
      record::Deframer deframer;
      auto record = deframer.add(out, true, opening.fragment_limit());
      ASSERT_TRUE(opening.open(*std::move(*record)).ok());
    }
    if (!mode.chains()) {
      EXPECT_EQ(ivs.size(), 20U) << "no IV comes twice";
    }
  }
}

// Who chooses application data must not know the IV that its first block meets: only its first byte goes under it.
TEST(Cbc, SplitsTheFirstByteOffInTls10) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    Protection opening = mode.keys();
    const auto sizes = [&](ContentType type, std::size_t size, bool split) {
      Protection sealing = mode.keys();
      opening = mode.keys();
      Bytes out;
      sealing.seal(type, Bytes(size, 7), out, {.split_first_byte = split});
      std::vector<std::size_t> found;
      for (const auto& bytes : records_in(out)) {
        record::Deframer deframer;
        auto record = deframer.add(bytes, true, opening.fragment_limit());
        found.push_back(opening.open(*std::move(*record))->content.size());
      }
      return found;
    };
    using Sizes = std::vector<std::size_t>;
    EXPECT_EQ(sizes(kData, 100, true), mode.chains() ? (Sizes{1, 99}) : Sizes{100});
    EXPECT_EQ(sizes(kData, 20'000, true),
              mode.chains() ? (Sizes{1, 16'384, 3'615}) : (Sizes{16'384, 3'616}));
    EXPECT_EQ(sizes(kData, 100, false), Sizes{100});
    EXPECT_EQ(sizes(kData, 1, true), Sizes{1});
    EXPECT_EQ(sizes(kData, 0, true), Sizes{0});
    EXPECT_EQ(sizes(ContentType::handshake, 100, true), Sizes{100});
  }
}

// RFC 5246 6.2.3: a whole record with the longest padding is within the limit; a longer one is record_overflow.
TEST(Cbc, LongestRecordFits) {
  for (const auto& mode : cbc_modes()) {
    SCOPED_TRACE(mode.name());
    const Forge forge{mode};
    std::size_t padding = 255;
    while (forge.content_size(padding) != 0) --padding;
    const auto longest = forge.record(forge.blocks(Bytes(16'384, 1), padding));
    EXPECT_LE(longest.fragment.size(), forge.keys.fragment_limit());
    EXPECT_EQ(forge.answer(longest), std::nullopt);
    const auto longer = forge.record(forge.blocks(Bytes(16'400, 1), padding));
    EXPECT_EQ(forge.answer(longer), Reason::inner_plaintext_overflow);
  }
}

}  // namespace
}  // namespace stepshake::testing
