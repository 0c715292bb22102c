// The second opinion: our connection and libssl's, driven over the same schedules, give the same answers; where they
// do not, a row of docs/differences.md says why. The rows are libssl 3.0's.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/found_schedules.h"
#include "support/known_differences.h"
#include "support/schedules.h"
#include "support/subjects.h"

namespace stepshake::testing {
namespace {

Schedules schedules() {
  Schedules all = all_schedules();
  for (const auto role : {policy::Role::client, policy::Role::server}) add_found(role, all);
  return all;
}

// Every schedule whose name begins so; what it differs in without a row fails the test. The rows that it needs.
std::vector<bool> check_theme(const std::string& theme) {
  std::vector<bool> used(known_differences().size());
  std::size_t count = 0;
  for (const Schedule& schedule : schedules()) {
    if (!schedule.name.starts_with(theme)) continue;
    ++count;
    for (const Difference& difference : second_opinion(schedule)) {
      const auto rows = rows_for(difference);
      EXPECT_FALSE(rows.empty()) << "DIFFERENCE " << shown(difference);
      for (const std::size_t row : rows) used[row] = true;
    }
  }
  EXPECT_GT(count, 0U);
  return used;
}

TEST(SecondOpinion, OfTheClient) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check_theme("client/");
}

TEST(SecondOpinion, OfTheServer) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check_theme("server/");
}

TEST(SecondOpinion, WithoutARole) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check_theme("any/");
}

TEST(SecondOpinion, NeedsEveryRow) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  const auto used = check_theme("");
  for (std::size_t i = 0; i < used.size(); ++i) {
    const auto& row = known_differences()[i];
    EXPECT_TRUE(used[i]) << "no longer met: " << row.schedule << " | " << row.difference;
  }
}

// What the driver itself is worth: a schedule in which the two must differ shows it.
TEST(SecondOpinion, TheDriverSeesADifference) {
  Schedule ours = schedule(policy::Role::client, "a", again(Do::do_handshake));
  Schedule theirs = schedule(policy::Role::client, "b",
                             {feed("abcdefgh"), act(Do::do_handshake), act(Do::do_handshake)});
  OurSubject subject(ours);
  LibsslSubject libssl(theirs);
  EXPECT_FALSE(differences_of("a", subject.run(), libssl.run()).empty());
}

}  // namespace
}  // namespace stepshake::testing
