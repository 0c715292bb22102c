// connection/memory_bios.h: to whoever reads and writes they are libcrypto's memory BIOs.
#include "connection/memory_bios.h"

#include <gtest/gtest.h>
#include <openssl/bio.h>

#include <array>

namespace stepshake::testing {
namespace {

using connection::InboxBio;
using connection::OutboxBio;

TEST(InboxBio, GivesItsBytesAndThenAsksForMore) {
  const Bytes bytes = {1, 2, 3, 4, 5};
  const InboxBio inbox(bytes, false);
  std::array<std::uint8_t, 4> got{};
  EXPECT_EQ(BIO_ctrl_pending(inbox.get()), 5U);
  EXPECT_EQ(BIO_read(inbox.get(), got.data(), 4), 4);
  EXPECT_EQ(got, (std::array<std::uint8_t, 4>{1, 2, 3, 4}));
  EXPECT_EQ(inbox.left(), 1U);
  EXPECT_FALSE(BIO_eof(inbox.get()));
  EXPECT_EQ(BIO_read(inbox.get(), got.data(), 4), 1);
  EXPECT_EQ(got[0], 5);
  EXPECT_EQ(BIO_read(inbox.get(), got.data(), 4), -1);
  EXPECT_TRUE(BIO_should_retry(inbox.get()));
  EXPECT_TRUE(BIO_should_read(inbox.get()));
  EXPECT_FALSE(BIO_should_write(inbox.get()));
  EXPECT_EQ(inbox.left(), 0U);
}

TEST(InboxBio, EndsWhereNoMoreComes) {
  std::uint8_t got = 0;
  {
    const InboxBio inbox({}, false);
    EXPECT_EQ(BIO_read(inbox.get(), &got, 1), -1);
  }
  const InboxBio inbox({}, true);  // the same BIO: nothing is left of the last use
  EXPECT_FALSE(BIO_should_retry(inbox.get()));
  EXPECT_EQ(BIO_read(inbox.get(), &got, 1), 0);
  EXPECT_FALSE(BIO_should_retry(inbox.get()));
  EXPECT_TRUE(BIO_eof(inbox.get()));
}

TEST(OutboxBio, AddsWhatIsWritten) {
  Bytes out = {9};
  const Bytes more = {1, 2};
  const OutboxBio outbox(out);
  EXPECT_EQ(BIO_write(outbox.get(), more.data(), 2), 2);
  EXPECT_EQ(BIO_flush(outbox.get()), 1);
  EXPECT_EQ(out, (Bytes{9, 1, 2}));
}

}  // namespace
}  // namespace stepshake::testing
