#include <array>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

// One open RunSession.
class OneSession {
 public:
  explicit OneSession(RunningServer& running)
      : context_(new_context()), stream_(running.handshakes().RunSession(context_.get())) {}

  bool send(const v1::StepRequest& step) {
    v1::RunSessionRequest request;
    *request.mutable_step() = step;
    return stream_->Write(request);
  }
  bool send_empty() { return stream_->Write({}); }
  bool receive(v1::StepResponse* step) {
    v1::RunSessionResponse response;
    if (!stream_->Read(&response)) return false;
    *step = response.step();
    return true;
  }
  v1::StepResponse step(const std::string& name, v1::Call call, const std::string& input = {}) {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(call);
    request.set_input(input);
    v1::StepResponse response;
    EXPECT_TRUE(send(request));
    EXPECT_TRUE(receive(&response));
    return response;
  }
  void half_close() { stream_->WritesDone(); }
  void cancel() { context_->TryCancel(); }
  grpc::Status finish() { return stream_->Finish(); }
  // Nothing more comes; then the status.
  grpc::Status ended() {
    v1::StepResponse response;
    EXPECT_FALSE(receive(&response));
    return finish();
  }

 private:
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::RunSessionRequest, v1::RunSessionResponse>> stream_;
};

TEST(RunSession, AWholeHandshake) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_config());
  OneSession client_stream(running);
  OneSession server_stream(running);
  std::array<bool, 2> named{};
  const Shaken shaken =
      shake_hands(client, server, [&](const std::string& name, const std::string& input) {
        const bool is_client = name == client;
        // Only the first message must have the name.
        const bool first = !std::exchange(named[is_client ? 0 : 1], true);
        return (is_client ? client_stream : server_stream)
            .step(first ? name : "", v1::CALL_DO_HANDSHAKE, input);
      });
  EXPECT_TRUE(shaken.client.handshake_complete()) << shaken.client.ShortDebugString();
  EXPECT_TRUE(shaken.server.handshake_complete()) << shaken.server.ShortDebugString();
  EXPECT_EQ(shaken.client.name(), client);
  client_stream.half_close();
  EXPECT_TRUE(client_stream.ended().ok());
  server_stream.half_close();
  EXPECT_TRUE(server_stream.ended().ok());
}

TEST(RunSession, MessagesAreAnsweredInOrderHoweverFastTheyCome) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  OneSession stream(running);
  constexpr std::uint64_t kSteps = 200;
  v1::StepRequest request;
  request.set_name(name);
  for (std::uint64_t i = 0; i < kSteps; ++i) ASSERT_TRUE(stream.send(request));
  stream.half_close();
  for (std::uint64_t i = 1; i <= kSteps; ++i) {
    v1::StepResponse response;
    ASSERT_TRUE(stream.receive(&response));
    EXPECT_EQ(response.step(), i);
  }
  EXPECT_TRUE(stream.ended().ok());
}

TEST(RunSession, UnaryStepsMixWithAStream) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  OneSession stream(running);
  EXPECT_EQ(stream.step(name, v1::CALL_UNSPECIFIED).step(), 1U);
  EXPECT_EQ(running.step(name, v1::CALL_UNSPECIFIED).step(), 2U);
  EXPECT_EQ(stream.step(name, v1::CALL_UNSPECIFIED).step(), 3U);
}

TEST(RunSession, TheFirstMessageNamesTheSession) {
  RunningServer running;
  OneSession stream(running);
  ASSERT_TRUE(stream.send({}));
  const auto status = stream.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "step.name");
}

TEST(RunSession, AMessageHoldsAStep) {
  RunningServer running;
  OneSession stream(running);
  ASSERT_TRUE(stream.send_empty());
  const auto status = stream.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "step");
}

TEST(RunSession, AnotherSessionsNameEndsIt) {
  RunningServer running;
  const std::string one = running.name_of_new(client_config());
  const std::string other = running.name_of_new(client_config());
  OneSession stream(running);
  EXPECT_EQ(stream.step(one, v1::CALL_UNSPECIFIED).step(), 1U);
  EXPECT_EQ(stream.step(one, v1::CALL_UNSPECIFIED).step(), 2U);
  v1::StepRequest request;
  request.set_name(other);
  ASSERT_TRUE(stream.send(request));
  const auto status = stream.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "step.name");
  v1::Session session;
  ASSERT_TRUE(running.get(other, &session).ok());
  EXPECT_EQ(session.step(), 0U);
}

TEST(RunSession, AMisuseEndsTheStreamAndLeavesTheSession) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  OneSession stream(running);
  EXPECT_EQ(stream.step(name, v1::CALL_UNSPECIFIED).step(), 1U);
  v1::StepRequest request;
  request.set_call(v1::CALL_WRITE);
  ASSERT_TRUE(stream.send(request));
  const auto status = stream.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "step.data");
  EXPECT_EQ(running.step(name, v1::CALL_UNSPECIFIED).step(), 2U);
}

TEST(RunSession, NoSuchSession) {
  RunningServer running;
  OneSession stream(running);
  v1::StepRequest request;
  request.set_name("sessions/none");
  ASSERT_TRUE(stream.send(request));
  EXPECT_EQ(stream.ended().error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(RunSession, AStreamThatBreaksLeavesTheSession) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  {
    OneSession stream(running);
    EXPECT_EQ(stream.step(name, v1::CALL_DO_HANDSHAKE).step(), 1U);
    stream.cancel();
    EXPECT_EQ(stream.finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  OneSession again(running);
  EXPECT_EQ(again.step(name, v1::CALL_DO_HANDSHAKE).step(), 2U);
}

TEST(RunSession, DrainingEndsAnIdleStreamWithUnavailable) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  OneSession idle(running);
  EXPECT_EQ(idle.step(name, v1::CALL_DO_HANDSHAKE).step(), 1U);
  const absl::Time start = absl::Now();
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  EXPECT_LT(absl::Now() - start, absl::Seconds(50));
  const auto status = idle.ended();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
  EXPECT_EQ(info_of(status).reason(), "SHUTTING_DOWN");
}

}  // namespace
}  // namespace stepshake::server
