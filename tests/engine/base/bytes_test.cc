// base/bytes.h: hexadecimal, views and joining.
#include "base/bytes.h"

#include <gtest/gtest.h>

namespace stepshake::testing {
namespace {

TEST(Bytes, GoToHexadecimalAndBack) {
  const Bytes bytes = {0x00, 0x0f, 0xf0, 0xff, 0xa5};
  EXPECT_EQ(to_hex(bytes), "000ff0ffa5");
  EXPECT_EQ(from_hex("000ff0ffa5"), bytes);
  EXPECT_EQ(from_hex("00 0F\nf0\tFF\r\nA5"), bytes);
  EXPECT_EQ(from_hex(""), Bytes{});
  EXPECT_EQ(from_hex(" \n"), Bytes{});
}

TEST(Bytes, ThatAreNoHexadecimalAreNothing) {
  for (const char* text : {"0", "000", "0g", "0x00", "-1", "00,11", "é"}) {
    EXPECT_FALSE(from_hex(text).has_value()) << text;
  }
}

TEST(Bytes, OfEveryValueSurvive) {
  Bytes all(256);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = static_cast<std::uint8_t>(i);
  EXPECT_EQ(from_hex(to_hex(all)), all);
}

TEST(Bytes, AreJoinedAndCompared) {
  EXPECT_EQ(concat({}), Bytes{});
  EXPECT_EQ(concat({Bytes{1}, {}, Bytes{2, 3}}), (Bytes{1, 2, 3}));
  EXPECT_TRUE(same(Bytes{1, 2}, Bytes{1, 2}));
  EXPECT_FALSE(same(Bytes{1, 2}, Bytes{1}));
  EXPECT_FALSE(same(Bytes{1, 2}, Bytes{1, 3}));
  EXPECT_EQ(text_of(view_of("ab")), "ab");
  EXPECT_EQ(view_of(std::string_view("a\0b", 3)).size(), 3U);
}

}  // namespace
}  // namespace stepshake::testing
