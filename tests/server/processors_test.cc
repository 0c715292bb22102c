#include "server/processors.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <thread>

namespace stepshake::server {
namespace {

TEST(Processors, OfAQuota) {
  EXPECT_EQ(processors_of_quota("100000 100000"), 1U);
  EXPECT_EQ(processors_of_quota("200000 100000\n"), 2U);
  EXPECT_EQ(processors_of_quota("150000 100000"), 2U);  // a part of one is one
  EXPECT_EQ(processors_of_quota("1000 100000"), 1U);
}

TEST(Processors, NoQuotaIsNoLimit) {
  for (const char* const text :
       {"max 100000", "", "100000", "0 100000", "100000 0", "a b", "1 2 3"}) {
    EXPECT_EQ(processors_of_quota(text), 0U) << text;
  }
}

TEST(Processors, NoMoreThanItIsAllowedToRunOn) {
  EXPECT_GE(usable_processors(), 1U);
  // The mask is a thread's own.
  std::thread([] {
    cpu_set_t all;
    ASSERT_EQ(sched_getaffinity(0, sizeof all, &all), 0);
    cpu_set_t first;
    CPU_ZERO(&first);
    int cpu = 0;
    while (!CPU_ISSET(cpu, &all)) ++cpu;
    CPU_SET(cpu, &first);
    ASSERT_EQ(sched_setaffinity(0, sizeof first, &first), 0);
    EXPECT_EQ(usable_processors(), 1U);
  }).join();
}

}  // namespace
}  // namespace stepshake::server
