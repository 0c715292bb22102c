// WatchSession: steps as they happen, to several watchers, one of which does not keep up.
#include <thread>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

class Watch {
 public:
  Watch(RunningServer& running, const std::string& name) : context_(new_context()) {
    v1::WatchSessionRequest request;
    request.set_name(name);
    reader_ = running.handshakes().WatchSession(context_.get(), request);
  }

  v1::WatchSessionResponse next() {
    v1::WatchSessionResponse response;
    EXPECT_TRUE(reader_->Read(&response));
    return response;
  }
  grpc::Status ended() {
    v1::WatchSessionResponse response;
    while (reader_->Read(&response)) {
    }
    return reader_->Finish();
  }
  void cancel() { context_->TryCancel(); }

 private:
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<v1::WatchSessionResponse>> reader_;
};

TEST(WatchSession, TellsEachWatcherOfEachStep) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  running.step(name, v1::CALL_UNSPECIFIED);
  Watch one(running, name);
  EXPECT_EQ(one.next().session().step(), 1U);
  const auto hello = running.step(name, v1::CALL_DO_HANDSHAKE);
  Watch other(running, name);
  EXPECT_EQ(other.next().session().step(), 2U);
  running.step(name, v1::CALL_UNSPECIFIED);
  const auto second = one.next();
  EXPECT_EQ(second.step().step(), 2U);
  EXPECT_EQ(second.missed_steps(), 0U);
  EXPECT_EQ(second.step().response().SerializeAsString(), hello.SerializeAsString());
  EXPECT_EQ(second.step().request().call(), v1::CALL_DO_HANDSHAKE);
  EXPECT_EQ(one.next().step().step(), 3U);
  EXPECT_EQ(other.next().step().step(), 3U);
  ASSERT_TRUE(running.remove(name).ok());
  EXPECT_TRUE(one.ended().ok());
  EXPECT_TRUE(other.ended().ok());
}

TEST(WatchSession, OneThatDoesNotKeepUpIsToldWhatItMissed) {
  Limits limits;
  limits.max_watch_buffer = 4;
  RunningServer running(limits);
  const std::string name = running.name_of_new(server_config());
  Watch slow(running, name);
  slow.next();
  // More than the connection's windows hold: each step is told with its input.
  constexpr std::uint64_t kSteps = 60;
  v1::StepRequest request;
  request.set_name(name);
  request.set_input_offset(0);
  request.set_input(std::string(500'000, 'x'));  // known after the first time
  for (std::uint64_t i = 0; i < kSteps; ++i) running.step(request);
  std::uint64_t last = 0;
  std::uint64_t told = 0;
  std::uint64_t missed = 0;
  while (last < kSteps) {
    const auto next = slow.next();
    missed += next.missed_steps();
    ++told;
    EXPECT_EQ(next.step().step(), last + next.missed_steps() + 1);
    last = next.step().step();
    if (next.step().step() == 0) break;
  }
  EXPECT_EQ(told + missed, kSteps);
  EXPECT_GT(missed, 0U);
}

TEST(WatchSession, OfASessionThatIsNot) {
  RunningServer running;
  EXPECT_EQ(Watch(running, "sessions/none").ended().error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Watch(running, "none").ended().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST(WatchSession, EndsWithTheServerOrTheWatcher) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  Watch gone(running, name);
  gone.next();
  gone.cancel();
  EXPECT_EQ(gone.ended().error_code(), grpc::StatusCode::CANCELLED);
  Watch watch(running, name);
  watch.next();
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  EXPECT_EQ(watch.ended().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace stepshake::server
