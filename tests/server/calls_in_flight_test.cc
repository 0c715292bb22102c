#include "server/calls_in_flight.h"

#include <gtest/gtest.h>

#include <optional>

#include "absl/time/clock.h"

namespace stepshake::server {
namespace {

TEST(CallsInFlight, LetsInUntilClosedAndWaitsForThoseInside) {
  CallsInFlight calls;
  std::optional<CallsInFlight::Call> inside(calls.enter().value());
  calls.close();
  EXPECT_EQ(calls.enter().status().code(), absl::StatusCode::kUnavailable);
  EXPECT_FALSE(calls.wait_for_none(absl::Now() + absl::Milliseconds(5)));
  const CallsInFlight::Call moved = *std::move(inside);
  inside.reset();
  EXPECT_FALSE(calls.wait_for_none(absl::Now()));
}

TEST(CallsInFlight, NoneIsNoWait) {
  CallsInFlight calls;
  { const auto call = calls.enter(); }
  EXPECT_TRUE(calls.wait_for_none(absl::InfinitePast()));
}

}  // namespace
}  // namespace stepshake::server
