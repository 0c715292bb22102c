// base/secret.h: memory is overwritten before it is given back.
#include "base/secret.h"

#include <gtest/gtest.h>

namespace stepshake::testing {
namespace {

TEST(Secret, HoldsWhatItIsGiven) {
  Secret secret(BytesView(Bytes{1, 2, 3}));
  EXPECT_EQ(to_hex(secret.view()), "010203");
  secret.add(Bytes{4});
  EXPECT_EQ(secret.size(), 4U);
  secret.resize(2);
  EXPECT_EQ(to_hex(secret.view()), "0102");
  EXPECT_TRUE(Secret().empty());
  EXPECT_EQ(to_hex(Secret(3).view()), "000000");
}

TEST(Secret, IsCopiedByValue) {
  Secret one(BytesView(Bytes{1, 2, 3}));
  const Secret two = one;
  one.writable()[0] = 9;
  EXPECT_EQ(to_hex(two.view()), "010203");
}

template <class T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};

TEST(Secret, CannotBeComparedByAccident) { EXPECT_FALSE(Comparable<Secret>); }

TEST(WipingAllocator, OverwritesBeforeItFrees) {
  WipingAllocator<std::uint8_t> allocator;
  std::uint8_t* memory = allocator.allocate(64);
  std::fill_n(memory, 64, std::uint8_t{0xa5});
  allocator.deallocate(memory, 64);
  // A fresh block of the size is very often the same one; where it is, nothing of the old may show.
  std::uint8_t* again = allocator.allocate(64);
  std::size_t left = 0;
  for (std::size_t i = 16; i < 64; ++i) left += again[i] == 0xa5 ? 1U : 0U;
  EXPECT_EQ(left, 0U);
  allocator.deallocate(again, 64);
}

}  // namespace
}  // namespace stepshake::testing
