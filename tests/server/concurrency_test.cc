// Many callers at once.
#include <atomic>
#include <set>
#include <thread>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

template <class Work>
void in_threads(int count, Work&& work) {
  std::vector<std::thread> threads;
  for (int i = 0; i < count; ++i) threads.emplace_back([&work, i] { work(i); });
  for (std::thread& thread : threads) thread.join();
}

TEST(Concurrency, StepsOfOneSessionAreOneAfterTheOther) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  constexpr int kThreads = 4;
  constexpr int kSteps = 100;
  std::vector<std::set<std::uint64_t>> numbers(kThreads);
  std::atomic<int> hellos = 0;
  in_threads(kThreads, [&](int thread) {
    for (int i = 0; i < kSteps; ++i) {
      const auto response = running.step(name, v1::CALL_DO_HANDSHAKE);
      EXPECT_EQ(response.ssl_error(), v1::SSL_ERROR_WANT_READ);
      if (!response.output().empty()) ++hellos;
      numbers[static_cast<std::size_t>(thread)].insert(response.step());
    }
  });
  std::set<std::uint64_t> all;
  for (const auto& some : numbers) all.insert(some.begin(), some.end());
  EXPECT_EQ(all.size(), static_cast<std::size_t>(kThreads * kSteps));  // no number twice
  EXPECT_EQ(*all.rbegin(), static_cast<std::uint64_t>(kThreads * kSteps));
  EXPECT_EQ(hellos, 1);
}

// The ClientHello's bytes come from two threads, in any order of arrival but each byte once: here all the same byte,
// so that the sum tells.
TEST(Concurrency, NoInputIsLost) {
  RunningServer running;
  const std::string name = running.name_of_new(server_config());
  constexpr int kThreads = 2;
  constexpr int kSteps = 200;
  in_threads(kThreads, [&](int) {
    for (int i = 0; i < kSteps; ++i) running.step(name, v1::CALL_UNSPECIFIED, "x");
  });
  EXPECT_EQ(running.step(name, v1::CALL_UNSPECIFIED).pending_input_bytes(),
            static_cast<std::uint64_t>(kThreads * kSteps));
}

TEST(Concurrency, ManyHandshakesAtOnce) {
  RunningServer running;
  std::atomic<int> complete = 0;
  constexpr int kThreads = 8;
  constexpr int kHandshakes = 10;
  in_threads(kThreads, [&](int) {
    for (int i = 0; i < kHandshakes; ++i) {
      const std::string client = running.name_of_new(client_config());
      const std::string server = running.name_of_new(server_config());
      const Shaken shaken = shake_hands(running, client, server);
      if (shaken.client.handshake_complete() && shaken.server.handshake_complete()) ++complete;
      EXPECT_TRUE(running.remove(client).ok());
      EXPECT_TRUE(running.remove(server).ok());
    }
  });
  EXPECT_EQ(complete, kThreads * kHandshakes);
}

TEST(Concurrency, StepsListsAndDeletesOfTheSameSessions) {
  RunningServer running;
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) names.push_back(running.name_of_new(client_config()));
  in_threads(4, [&](int thread) {
    for (const std::string& name : names) {
      v1::StepRequest step;
      step.set_name(name);
      step.set_call(v1::CALL_DO_HANDSHAKE);
      v1::ListSessionsResponse list;
      const auto status = thread == 0   ? running.remove(name)
                          : thread == 1 ? running.list({}, &list)
                                        : running.try_step(step);
      EXPECT_TRUE(status.ok() || status.error_code() == grpc::StatusCode::NOT_FOUND)
          << status.error_message();
    }
  });
  v1::ListSessionsResponse left;
  ASSERT_TRUE(running.list({}, &left).ok());
  EXPECT_EQ(left.sessions_size(), 0);
}

}  // namespace
}  // namespace stepshake::server
