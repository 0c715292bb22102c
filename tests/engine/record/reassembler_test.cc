// record/reassembler.h: handshake messages out of fragments (RFC 8446 5.1).
#include "record/reassembler.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using record::Reassembler;

constexpr std::size_t kMost = 1000;

TEST(Reassembler, JoinsAMessageByteByByte) {
  const Bytes message = hex("14 000003 aabbcc");
  Reassembler reassembler;
  EXPECT_FALSE(reassembler.type().has_value());
  for (std::size_t i = 0; i < message.size(); ++i) {
    ASSERT_FALSE(reassembler.next(kMost)->has_value());
    reassembler.add(Bytes{message[i]});
    EXPECT_EQ(reassembler.type(), wire::HandshakeType::finished);
    EXPECT_TRUE(reassembler.holds_bytes());
  }
  EXPECT_EQ(*reassembler.next(kMost), message);
  EXPECT_FALSE(reassembler.holds_bytes());
}

TEST(Reassembler, TakesSeveralMessagesOutOfOneFragment) {
  Reassembler reassembler;
  reassembler.add(hex("08 000000 0b 000001 07 14 0000"));
  EXPECT_EQ(*reassembler.next(kMost), hex("08 000000"));
  EXPECT_EQ(*reassembler.next(kMost), hex("0b 000001 07"));
  EXPECT_FALSE(reassembler.next(kMost)->has_value());
  EXPECT_TRUE(reassembler.holds_bytes());
  EXPECT_EQ(reassembler.type(), wire::HandshakeType::finished);
}

TEST(Reassembler, RefusesAMessageThatIsTooLongByItsHeader) {
  Reassembler reassembler;
  reassembler.add(hex("0b 0003e8"));
  EXPECT_TRUE(reassembler.next(kMost).ok());
  Reassembler longer;
  longer.add(hex("0b 0003e9"));
  EXPECT_EQ(longer.next(kMost).failure().reason, Reason::message_too_long);
}

}  // namespace
}  // namespace stepshake::testing
