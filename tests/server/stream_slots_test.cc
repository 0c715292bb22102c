#include "server/stream_slots.h"

#include <gtest/gtest.h>

namespace stepshake::server {
namespace {

TEST(StreamSlots, SoManyInAllAndOfEachCaller) {
  Limits limits;
  limits.max_streams = 3;
  limits.max_streams_per_caller = 2;
  StreamSlots slots(limits);
  EXPECT_TRUE(slots.take("a").ok());
  EXPECT_TRUE(slots.take("a").ok());
  EXPECT_EQ(slots.take("a").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(slots.take("b").ok());
  EXPECT_EQ(slots.take("c").code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(slots.taken(), 3U);
  slots.give_back("a");
  EXPECT_TRUE(slots.take("a").ok());
}

TEST(StreamSlots, CallersThatAreNotToldApartShareAllThereAre) {
  Limits limits;
  limits.max_streams = 3;
  limits.max_streams_per_caller = 1;
  StreamSlots slots(limits);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(slots.take("").ok());
  EXPECT_FALSE(slots.take("").ok());
  for (int i = 0; i < 3; ++i) slots.give_back("");
  EXPECT_EQ(slots.taken(), 0U);
}

}  // namespace
}  // namespace stepshake::server
