// The second opinion over schedules drawn at random. STEPSHAKE_SCHEDULES: how many (10,000); STEPSHAKE_SCHEDULE_SEED:
// from which seed; STEPSHAKE_SCHEDULE: one index alone, told step by step.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>

#include "support/known_differences.h"
#include "support/random_schedules.h"
#include "support/subjects.h"

namespace stepshake::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr std::uint64_t kSchedules = 1'000;
#else
constexpr std::uint64_t kSchedules = 10'000;
#endif
constexpr std::uint64_t kSlices = 8;  // tests that can run side by side

std::uint64_t number_of(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

std::uint64_t seed() { return number_of("STEPSHAKE_SCHEDULE_SEED", 20'260'101); }

std::string how_to_repeat(std::uint64_t index) {
  return "repeat: STEPSHAKE_SCHEDULE_SEED=" + std::to_string(seed()) +
         " STEPSHAKE_SCHEDULE=" + std::to_string(index) +
         " test_interop --gtest_filter='*OneRandomSchedule*'";
}

// Behind the first step in which the two differ for a known reason there is nothing left to compare.
void check_schedule(const Schedule& schedule, std::uint64_t index) {
  std::size_t first = SIZE_MAX;
  for (const Difference& difference : second_opinion(schedule)) {
    if (difference.step > first) return;
    first = difference.step;
    EXPECT_FALSE(rows_for(difference).empty()) << "DIFFERENCE " << shown(difference) << "\n"
                                               << how_to_repeat(index);
  }
}

class RandomSchedules : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(RandomSchedules, GetTheSameAnswers) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  const std::uint64_t count = number_of("STEPSHAKE_SCHEDULES", kSchedules);
  std::cout << "seed " << seed() << ", " << count << " schedules, slice " << GetParam() << "\n";
  for (std::uint64_t index = GetParam(); index < count; index += kSlices) {
    check_schedule(RandomSchedule(seed(), index).draw(), index);
  }
}

INSTANTIATE_TEST_SUITE_P(Slice, RandomSchedules, ::testing::Range(std::uint64_t{0}, kSlices));

void tell(const Schedule& schedule) {
  OurSubject ours(schedule);
  LibsslSubject libssl(schedule);
  const auto a = ours.run();
  const auto b = libssl.run();
  std::size_t seen = 0;
  for (std::size_t i = 0; i < schedule.actions.size(); ++i) {
    const Action& action = schedule.actions[i];
    std::cout << i << " " << name_of(action.what) << " " << action.count << " "
              << to_hex(action.bytes) << "\n";
    if (!is_call(action.what)) continue;
    for (const Observation* one : {&a[seen], &b[seen]}) {
      std::cout << "    " << (one == &a[seen] ? "ours   " : "libssl ") << one->return_value << " "
                << name_of_ssl_error(one->error) << " \"" << one->reason_text << "\" alerts "
                << one->alerts << " consumed " << one->consumed << "\n";
    }
    ++seen;
  }
}

TEST(OneRandomSchedule, IsToldStepByStep) {
  const std::uint64_t index = number_of("STEPSHAKE_SCHEDULE", 0);
  const Schedule schedule = RandomSchedule(seed(), index).draw();
  std::cout << role_name(schedule.acts_as)
            << (schedule.transport == Transport::pair ? ", pair" : "")
            << (schedule.retry ? ", retry" : "") << (schedule.peer_is_old ? ", old peer" : "")
            << ", out " << schedule.out_size << ", in " << schedule.in_size << ", "
            << schedule.injection << "\n";
  tell(schedule);
  if (!other_libssl()) check_schedule(schedule, index);
}

// The same seed and index are the same schedule, and others are others.
TEST(RandomSchedule, DependsOnSeedAndIndexAlone) {
  const auto drawn = [](std::uint64_t from, std::uint64_t index) {
    std::string text;
    for (const Action& action : RandomSchedule(from, index).draw().actions) {
      text += name_of(action.what) + std::to_string(action.count) + to_hex(action.bytes) + " ";
    }
    return text;
  };
  std::set<std::string> seen;
  for (std::uint64_t index = 0; index < 100; ++index) {
    EXPECT_EQ(drawn(1, index), drawn(1, index));
    seen.insert(drawn(1, index));
    seen.insert(drawn(2, index));
  }
  EXPECT_GT(seen.size(), 180U);
}

}  // namespace
}  // namespace stepshake::testing
