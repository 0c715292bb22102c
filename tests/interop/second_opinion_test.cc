// The second opinion: our connection and libssl's, driven over the same schedules, give the same answers; where they
// do not, a row of support/differences.h says why. The rows are libssl 3.0's.
#include <fnmatch.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "support/differences.h"
#include "support/schedules.h"
#include "support/subjects.h"

namespace stepshake::testing {
namespace {

bool matches(const char* pattern, const std::string& text) {
  return fnmatch(pattern, text.c_str(), FNM_EXTMATCH) == 0;
}

// Every schedule whose name begins so. Unknown differences fail the test, and so do rows that no difference needs.
void check(const std::string& theme) {
  const auto& known = known_differences();
  std::vector<bool> used(known.size());
  std::size_t count = 0;
  for (const Schedule& schedule : all_schedules()) {
    if (!schedule.name.starts_with(theme)) continue;
    ++count;
    for (const Difference& difference : second_opinion(schedule)) {
      const std::string text = shown(difference);
      const std::string rest = text.substr(schedule.name.size() + 3);
      bool explained = false;
      for (std::size_t i = 0; i < known.size(); ++i) {
        if (!matches(known[i].schedule, schedule.name) || !matches(known[i].difference, rest)) {
          continue;
        }
        explained = used[i] = true;
      }
      EXPECT_TRUE(explained) << "DIFFERENCE " << text;
    }
  }
  EXPECT_GT(count, 0U);
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!std::string_view(known[i].schedule).starts_with(theme)) continue;
    EXPECT_TRUE(used[i]) << "no longer met: " << known[i].schedule << " | " << known[i].difference;
  }
}

bool other_libssl() { return OpenSSL_version_num() >> 20 != 0x300; }

TEST(SecondOpinion, OfTheClient) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check("client/");
}

TEST(SecondOpinion, OfTheServer) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check("server/");
}

TEST(SecondOpinion, WithoutARole) {
  if (other_libssl()) GTEST_SKIP() << "the rows are libssl 3.0's";
  check("any/");
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
