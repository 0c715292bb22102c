#include "server/callback_threads.h"

#include <grpc/support/cpu.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <limits>
#include <sstream>
#include <thread>

#include "absl/time/clock.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

class CallbackThreadsTest : public testing::Test {
 protected:
  std::ostringstream text_;
  const Log log_{std::make_shared<spdlog::logger>(
                     "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)),
                 LogFormat::text};
};

// What gRPC 1.51 documents nowhere: fails where another version has other threads, and the class is to be looked at.
const std::size_t kOfGrpc = std::clamp(gpr_cpu_num_cores() / 2, 2U, 16U);

TEST_F(CallbackThreadsTest, AllButThoseThatAreWantedWait) {
  const CallbackThreads threads(1, log_);
  EXPECT_EQ(threads.waiting(), kOfGrpc - 1);
  EXPECT_EQ(text_.str(), "");
}

TEST_F(CallbackThreadsTest, NoneWaitsWhereAllAreWanted) {
  EXPECT_EQ(CallbackThreads(kOfGrpc, log_).waiting(), 0U);
  EXPECT_EQ(CallbackThreads(std::numeric_limits<std::size_t>::max(), log_).waiting(), 0U);
}

// More than there are cannot be had: then all of them would wait, and no call be answered.
TEST_F(CallbackThreadsTest, NoneWaitsWhereNoneWouldGoOn) {
  EXPECT_EQ(CallbackThreads(0, log_).waiting(), 0U);
  EXPECT_NE(text_.str().find("all of gRPC's threads run"), std::string::npos) << text_.str();
  const CallbackThreads again(1, log_);
  EXPECT_EQ(again.waiting(), kOfGrpc - 1);
}

// Many at once, on the one thread that is left.
TEST_F(CallbackThreadsTest, CallsAreAnsweredByTheOthers) {
  RunningServer server;
  const CallbackThreads threads(1, log_);
  constexpr int kCallers = 8;
  std::vector<std::thread> callers;
  std::atomic<int> answered = 0;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      v1::Session session;
      if (!server.create(server_config(), &session).ok()) return;
      v1::StepRequest step;
      step.set_name(session.name());
      step.set_call(v1::CALL_DO_HANDSHAKE);
      v1::StepResponse response;
      grpc::ClientContext context;
      if (server.handshakes().Step(&context, step, &response).ok()) ++answered;
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, kCallers);
  EXPECT_TRUE(server.server().drain(absl::Seconds(10)));
}

}  // namespace
}  // namespace stepshake::server
