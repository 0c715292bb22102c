// server/step_entropy.h: no two steps have the same chance, whichever thread does them.
#include "server/step_entropy.h"

#include <gtest/gtest.h>

#include <set>
#include <thread>
#include <vector>

namespace stepshake::server {
namespace {

TEST(StepEntropy, IsNeverTheSame) {
  constexpr std::size_t kThreads = 4;
  constexpr std::size_t kSteps = 200;  // several times what a thread draws at once
  std::vector<std::vector<crypto::Entropy>> drawn(kThreads);
  std::vector<std::thread> threads;
  for (auto& own : drawn) {
    threads.emplace_back([&own] {
      for (std::size_t i = 0; i < kSteps; ++i) own.push_back(step_entropy());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<crypto::Entropy> all;
  for (const auto& own : drawn) all.insert(own.begin(), own.end());
  EXPECT_EQ(all.size(), kThreads * kSteps);
  EXPECT_FALSE(all.contains(crypto::Entropy{}));
}

}  // namespace
}  // namespace stepshake::server
