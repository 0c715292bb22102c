// Our own padding: zeros, and never beyond what a record may hold (RFC 8446 5.2, 5.4).
#include <gtest/gtest.h>

#include "crypto/cipher_suite.h"
#include "record/deframer.h"
#include "record/protection.h"

namespace stepshake::testing {
namespace {

using record::Protection;
using wire::ContentType;

constexpr auto kSuite = wire::CipherSuite::tls_aes_128_gcm_sha256;

Protection keys() {
  return {kSuite, Secret(BytesView(Bytes(16, 7))), Secret(BytesView(Bytes(12, 9))), 0};
}

// The TLSInnerPlaintext of the one record, as it stands before the type is taken off.
Bytes inner_of(BytesView record) {
  return *crypto::open(*crypto::facts_of(kSuite), Bytes(16, 7), Bytes(12, 9),
                       record.first(record::kHeaderSize), record.subspan(record::kHeaderSize));
}

TEST(OwnPadding, IsZerosUpToTheMultiple) {
  for (std::size_t size : {0U, 1U, 62U, 63U, 64U, 1'000U}) {
    Bytes out;
    keys().seal(ContentType::application_data, Bytes(size, 0xee), out, {.padding = 64});
    const Bytes inner = inner_of(out);
    ASSERT_GT(inner.size(), size);
    EXPECT_EQ(inner.size() % 64, 0U) << size;
    EXPECT_EQ(inner[size], wire::number_of(ContentType::application_data));
    EXPECT_EQ(Bytes(inner.begin() + static_cast<std::ptrdiff_t>(size) + 1, inner.end()),
              Bytes(inner.size() - size - 1));
  }
}

TEST(OwnPadding, StaysWithinARecord) {
  for (std::size_t padding : {3'000U, 16'384U}) {
    for (std::size_t size : {0U, 1U, 16'000U, 16'383U, 16'384U}) {
      Bytes out;
      keys().seal(ContentType::application_data, Bytes(size, 0xee), out, {.padding = padding});
      EXPECT_LE(inner_of(out).size(), 16'385U) << size;
      record::Deframer deframer;
      const auto record = deframer.add(out, true);
      ASSERT_TRUE(record.ok() && record->has_value());
      Protection opening = keys();
      const auto plain = opening.open(**record);
      ASSERT_TRUE(plain.ok());
      EXPECT_EQ(plain->content, Bytes(size, 0xee));
    }
  }
}

// RFC 8449 4: in TLS 1.3 the limit counts the type and the padding, too: one byte more than the content's.
TEST(OwnPadding, StaysWithinTheAgreedSize) {
  Protection sealing = keys();
  sealing.content_limit = 100;
  for (std::size_t padding : {0U, 64U, 4'096U}) {
    Bytes out;
    sealing.sequence_number = 0;
    sealing.seal(ContentType::application_data, Bytes(90, 0xee), out, {.padding = padding});
    EXPECT_LE(inner_of(out).size(), 101U);
  }
  const auto opened = [](std::size_t size) {
    Bytes out;
    keys().seal(ContentType::application_data, Bytes(size, 0xee), out);
    record::Deframer deframer;
    const auto record = deframer.add(out, true);
    Protection opening = keys();
    opening.content_limit = 100;
    return opening.open(**record);
  };
  EXPECT_TRUE(opened(100).ok());
  EXPECT_EQ(opened(101).failure().reason, Reason::inner_plaintext_overflow);
}

}  // namespace
}  // namespace stepshake::testing
