// RunSessions: the steps of many sessions over one stream.
#include <array>
#include <map>
#include <thread>
#include <vector>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

// One open RunSessions, whose results come in whatever messages they come.
class StepsStream {
 public:
  explicit StepsStream(RunningServer& running)
      : context_(new_context()), stream_(running.handshakes().RunSessions(context_.get())) {}

  bool send(const v1::RunSessionsRequest& request) { return stream_->Write(request); }
  // The next `count` results, by their index.
  std::map<std::uint64_t, v1::StepResult> receive(std::size_t count) {
    std::map<std::uint64_t, v1::StepResult> results;
    v1::RunSessionsResponse response;
    while (results.size() < count && stream_->Read(&response)) {
      for (v1::StepResult& result : *response.mutable_results()) {
        const std::uint64_t index = result.index();
        EXPECT_TRUE(results.emplace(index, std::move(result)).second) << index;
      }
    }
    EXPECT_EQ(results.size(), count);
    return results;
  }
  // Waits for some results, which are dropped.
  bool has_any() {
    v1::RunSessionsResponse response;
    return stream_->Read(&response);
  }
  void half_close() { stream_->WritesDone(); }
  void cancel() { context_->TryCancel(); }
  grpc::Status finish() { return stream_->Finish(); }
  grpc::Status ended() {
    v1::RunSessionsResponse response;
    EXPECT_FALSE(stream_->Read(&response)) << response.ShortDebugString();
    return finish();
  }

 private:
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunSessionsRequest, v1::RunSessionsResponse>>
      stream_;
};

void add(v1::RunSessionsRequest& request, const std::string& name, v1::Call call,
         const std::string& input = {}) {
  v1::StepRequest& step = *request.add_steps();
  step.set_name(name);
  step.set_call(call);
  step.set_input(input);
}

// Sessions whose work is long go through workers, and all of them come out alike.
TEST(RunSessions, ManyHandshakesOverOneStream) {
  RunningServer running;
  constexpr std::size_t kPairs = 6;
  struct Pair {
    std::array<std::string, 2> names;
    std::array<std::string, 2> input;
    std::array<bool, 2> complete{};
  };
  std::vector<Pair> pairs(kPairs);
  for (std::size_t i = 0; i < kPairs; ++i) {
    auto client = client_config();
    if (i % 2 == 1) client.add_groups(0x0018);  // secp384r1
    pairs[i].names = {running.name_of_new(client), running.name_of_new(server_config())};
  }
  StepsStream stream(running);
  std::uint64_t sent = 0;
  for (int turn = 0; turn < 6; ++turn) {
    const std::size_t side = turn % 2;
    v1::RunSessionsRequest request;
    for (Pair& pair : pairs)
      add(request, pair.names[side], v1::CALL_DO_HANDSHAKE, pair.input[side]);
    ASSERT_TRUE(stream.send(request));
    auto results = stream.receive(kPairs);
    for (Pair& pair : pairs) {
      const v1::StepResult& result = results[sent++];
      ASSERT_TRUE(result.has_response()) << result.ShortDebugString();
      EXPECT_EQ(result.response().name(), pair.names[side]);
      pair.input[1 - side] = result.response().output();
      pair.complete[side] = result.response().handshake_complete();
    }
  }
  for (const Pair& pair : pairs) {
    EXPECT_TRUE(pair.complete[0] && pair.complete[1]);
    EXPECT_EQ(running.step(pair.names[0], v1::CALL_UNSPECIFIED).step(), 4U);  // beside the stream
  }
  stream.half_close();
  EXPECT_TRUE(stream.ended().ok());
}

TEST(RunSessions, AnErrorIsTheResultOfItsStepAndTheSameThatStepGives) {
  RunningServer running;
  auto blocking = client_config();
  blocking.set_blocking(true);
  const std::string name = running.name_of_new(client_config());
  v1::RunSessionsRequest request;
  add(request, name, v1::CALL_DO_HANDSHAKE);
  add(request, "sessions/none", v1::CALL_DO_HANDSHAKE);
  add(request, "", v1::CALL_DO_HANDSHAKE);
  add(request, name, v1::CALL_WRITE);  // without data
  add(request, running.name_of_new(client_config()), v1::CALL_UNSPECIFIED);
  request.mutable_steps(4)->set_expected_step(7);
  add(request, name, v1::CALL_DO_HANDSHAKE);
  add(request, running.name_of_new(blocking), v1::CALL_DO_HANDSHAKE);
  StepsStream stream(running);
  ASSERT_TRUE(stream.send(request));
  ASSERT_TRUE(stream.send({}));  // without steps
  auto results = stream.receive(7);
  EXPECT_EQ(results[0].response().step(), 1U);
  EXPECT_EQ(results[5].response().step(), 2U);
  for (const std::uint64_t refused : {1, 2, 3, 4}) {
    const grpc::Status unary = running.try_step(request.steps(static_cast<int>(refused)));
    EXPECT_FALSE(info_of(unary).reason().empty());
    const google::rpc::Status& error = results[refused].error();
    EXPECT_EQ(error.code(), unary.error_code()) << refused;
    EXPECT_EQ(error.message(), unary.error_message());
    google::rpc::ErrorInfo info;
    ASSERT_EQ(error.details_size(), 1);
    EXPECT_TRUE(error.details(0).UnpackTo(&info));
    EXPECT_EQ(info.reason(), info_of(unary).reason());
  }
  EXPECT_EQ(results[6].error().code(), static_cast<int>(grpc::StatusCode::FAILED_PRECONDITION));
  EXPECT_NE(results[6].error().SerializeAsString().find("BLOCKING_SESSION"), std::string::npos);
  stream.half_close();
  EXPECT_TRUE(stream.ended().ok());
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  // A message can hold a million of them: none is in the log at its usual level.
  EXPECT_NE(running.log_text().find("method=Step"), std::string::npos);
  EXPECT_EQ(running.log_text().find("method=RunSessions"), std::string::npos);
}

// Requests of many sizes, short and long work, and all is answered that was sent before the half-close.
TEST(RunSessions, StepsOfOneSessionKeepTheirOrder) {
  RunningServer running;
  auto long_config = client_config();
  long_config.add_groups(0x0018);  // secp384r1
  const std::vector<std::string> names = {running.name_of_new(client_config()),
                                          running.name_of_new(long_config),
                                          running.name_of_new(client_config())};
  StepsStream stream(running);
  std::map<std::string, std::uint64_t> sent;
  std::uint64_t index = 0;
  std::map<std::uint64_t, std::uint64_t> expected;  // the step's number
  for (std::size_t size = 0; size < 40; ++size) {
    v1::RunSessionsRequest request;
    for (std::size_t i = 0; i < size; ++i) {
      const std::string& name = names[(size + i) % names.size()];
      add(request, name, v1::CALL_UNSPECIFIED);
      expected[index++] = ++sent[name];
    }
    ASSERT_TRUE(stream.send(request));
  }
  stream.half_close();
  const auto results = stream.receive(expected.size());
  for (const auto& [at, result] : results) EXPECT_EQ(result.response().step(), expected[at]) << at;
  EXPECT_TRUE(stream.ended().ok());
}

TEST(RunSessions, RepeatsAreAnsweredAgain) {
  RunningServer running;
  v1::RunSessionsRequest request;
  add(request, running.name_of_new(client_config()), v1::CALL_DO_HANDSHAKE);
  request.mutable_steps(0)->set_request_id("one");
  *request.add_steps() = request.steps(0);
  StepsStream stream(running);
  ASSERT_TRUE(stream.send(request));
  const auto results = stream.receive(2);
  EXPECT_EQ(results.at(0).response().SerializeAsString(),
            results.at(1).response().SerializeAsString());
  EXPECT_EQ(results.at(1).response().step(), 1U);
}

TEST(RunSessions, ACallerThatTakesNoAnswersIsNotReadFrom) {
  Limits limits;
  limits.max_stream_steps = 10;
  RunningServer running(limits);
  const std::string client = running.name_of_new(client_config());
  shake_hands(running, client, running.name_of_new(server_config()));
  v1::Session session;
  ASSERT_TRUE(running.get(client, &session).ok());
  const std::uint64_t before = session.step();
  // So much that it does not fit between the two ends, one step in a message or all in one.
  constexpr std::uint64_t kSteps = 1'500;
  StepsStream stream(running);
  v1::RunSessionsRequest request;
  add(request, client, v1::CALL_WRITE);
  request.mutable_steps(0)->set_data(std::string(16'384, 'x'));
  std::thread writer([&] {
    for (std::uint64_t i = 0; i < kSteps; ++i) EXPECT_TRUE(stream.send(request));
    stream.half_close();
  });
  // Until it stands still.
  std::uint64_t done = 0;
  for (std::uint64_t last = kSteps; done != last;) {
    absl::SleepFor(absl::Milliseconds(300));
    EXPECT_TRUE(running.get(client, &session).ok());
    last = std::exchange(done, session.step() - before);
  }
  EXPECT_LT(done, kSteps);
  const auto results = stream.receive(kSteps);
  EXPECT_EQ(results.at(kSteps - 1).response().step(), before + kSteps);
  writer.join();
  EXPECT_TRUE(stream.ended().ok());
}

// Many handshakes' work in one message: more than a stream does at a time.
TEST(RunSessions, NothingIsLeftOfAStreamThatMadeAPause) {
  RunningServer running;
  v1::RunSessionsRequest request;
  constexpr std::size_t kSteps = 200;
  for (std::size_t i = 0; i < kSteps; ++i) {
    add(request, running.name_of_new(client_config()), v1::CALL_DO_HANDSHAKE);
  }
  for (const bool cancelled : {false, true}) {
    StepsStream stream(running);
    ASSERT_TRUE(stream.send(request));
    if (cancelled) {
      EXPECT_TRUE(stream.has_any());
      stream.cancel();
    } else {
      EXPECT_EQ(stream.receive(kSteps).size(), kSteps);
      stream.half_close();
      EXPECT_TRUE(stream.ended().ok());
    }
  }
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
}

TEST(RunSessions, ItsEndLeavesTheSessions) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  v1::RunSessionsRequest request;
  add(request, name, v1::CALL_DO_HANDSHAKE);
  {
    StepsStream broken(running);
    ASSERT_TRUE(broken.send(request));
    EXPECT_EQ(broken.receive(1).at(0).response().step(), 1U);
    broken.cancel();
    EXPECT_EQ(broken.finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  StepsStream stream(running);
  ASSERT_TRUE(stream.send(request));
  EXPECT_EQ(stream.receive(1).at(0).response().step(), 2U);
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  const auto status = stream.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(info_of(status).reason(), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace stepshake::server
