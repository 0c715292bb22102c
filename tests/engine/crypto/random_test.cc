// crypto/random.h: a turn's randomness is its entropy's, and nothing is given out twice.
#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace stepshake::testing {
namespace {

TEST(Random, IsOfItsEntropyAndStream) {
  const crypto::Entropy entropy{1, 2, 3};
  const auto of = [&](std::uint64_t stream) { return crypto::Random(entropy, stream).array<70>(); };
  EXPECT_EQ(of(1), of(1));
  EXPECT_NE(of(1), of(2));
  crypto::Random random(entropy, 1);
  const auto first = random.array<32>();
  EXPECT_NE(first, random.array<32>());
  EXPECT_TRUE(same(first, BytesView(of(1)).first(32)));
}

TEST(EntropyPool, GivesNothingOutTwice) {
  constexpr std::size_t kTaken = 200;  // several times what a pool draws at once
  std::set<crypto::Entropy> all{crypto::Entropy{}};
  crypto::EntropyPool one;
  crypto::EntropyPool other;
  for (std::size_t i = 0; i < kTaken; ++i) {
    EXPECT_TRUE(all.insert(one.take()).second);
    EXPECT_TRUE(all.insert(other.take()).second);
  }
}

}  // namespace
}  // namespace stepshake::testing
