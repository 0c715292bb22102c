#include "server/page_token.h"

#include <gtest/gtest.h>

#include <limits>

namespace stepshake::server {
namespace {

crypto::Entropy key(std::uint8_t first) {
  crypto::Entropy key{};
  key[0] = first;
  return key;
}

TEST(PageTokens, ComeBack) {
  const PageTokens tokens(key(1));
  for (const std::uint64_t position :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x0123456789abcdef},
        std::numeric_limits<std::uint64_t>::max()}) {
    EXPECT_EQ(tokens.position(tokens.token(position)).value(), position);
  }
}

TEST(PageTokens, RefuseWhatTheyDidNotMake) {
  const PageTokens tokens(key(1));
  const std::string good = tokens.token(5);
  std::string changed = good;
  changed[15] = changed[15] == '0' ? '1' : '0';
  for (const std::string& token :
       {std::string("x"), std::string("00"), good + "00", good.substr(0, good.size() - 2), changed,
        PageTokens(key(2)).token(5)}) {
    EXPECT_EQ(tokens.position(token).status().code(), absl::StatusCode::kInvalidArgument) << token;
  }
}

}  // namespace
}  // namespace stepshake::server
