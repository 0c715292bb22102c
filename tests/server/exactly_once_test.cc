// Steps that may be repeated: numbers, request ids, offsets; two callers at once; streams that break.
#include <array>
#include <atomic>
#include <thread>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

constexpr auto kAborted = grpc::StatusCode::ABORTED;
constexpr auto kOutOfRange = grpc::StatusCode::OUT_OF_RANGE;

std::string metadata(const grpc::Status& status, const std::string& key) {
  const auto info = info_of(status);
  const auto found = info.metadata().find(key);
  return found == info.metadata().end() ? "" : found->second;
}

// One side of a handshake as a careful caller keeps it: its step's number, and the offsets of both directions.
struct Careful {
  std::string name;
  std::uint64_t next_step = 1;
  std::uint64_t input_offset = 0;
  std::uint64_t received = 0;  // output that this caller has

  [[nodiscard]] v1::StepRequest request(const std::string& input, v1::Call call) const {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(call);
    request.set_input(input);
    request.set_expected_step(next_step);
    request.set_request_id("request " + std::to_string(next_step));
    request.set_input_offset(input_offset);
    request.set_acknowledged_output_offset(received);
    return request;
  }
  void note(const v1::StepResponse& response) {
    next_step = response.step() + 1;
    input_offset = response.input_offset();
    received = response.output_offset() + response.output().size();
  }
};

// The two answers say the same, byte for byte.
void expect_same(const v1::StepResponse& one, const v1::StepResponse& other) {
  EXPECT_EQ(one.SerializeAsString(), other.SerializeAsString()) << one.ShortDebugString() << "\n"
                                                                << other.ShortDebugString();
}

TEST(ExactlyOnce, EveryStepOfAHandshakeMayBeRepeated) {
  RunningServer running;
  auto config = client_config();
  config.set_trace(true);
  config.set_key_log(true);
  Careful client{running.name_of_new(config)};
  Careful server{running.name_of_new(server_config())};
  std::array<std::string, 2> flight;  // for the client, for the server
  v1::StepResponse last;
  for (int turn = 0; turn < 6; ++turn) {
    Careful& side = turn % 2 == 0 ? client : server;
    const auto request = side.request(flight[turn % 2], v1::CALL_DO_HANDSHAKE);
    const auto first = running.step(request);
    expect_same(running.step(request), first);
    expect_same(running.step(request), first);
    v1::Session session;
    ASSERT_TRUE(running.get(side.name, &session).ok());
    EXPECT_EQ(session.step(), first.step());
    EXPECT_EQ(session.input_offset(), first.input_offset());
    side.note(first);
    flight[1 - turn % 2] = first.output();
    last = first;
  }
  EXPECT_TRUE(last.handshake_complete()) << last.ShortDebugString();
  EXPECT_EQ(client.next_step, 4U);
}

TEST(ExactlyOnce, WithoutOffsetsTheOutputIsInTheRepeatedAnswerToo) {
  RunningServer running;
  v1::StepRequest request;
  request.set_name(running.name_of_new(client_config()));
  request.set_call(v1::CALL_DO_HANDSHAKE);
  request.set_request_id("a");
  const auto first = running.step(request);
  EXPECT_FALSE(first.output().empty());
  expect_same(running.step(request), first);
  // Another request forgets it: the id is free again, and makes a step of its own.
  EXPECT_EQ(running.step(request.name(), v1::CALL_UNSPECIFIED).step(), 2U);
  const auto again = running.step(request);
  EXPECT_EQ(again.step(), 3U);
  EXPECT_EQ(again.output(), "");
}

TEST(ExactlyOnce, TheSameIdForAnotherRequestIsAMistake) {
  RunningServer running;
  v1::StepRequest request;
  request.set_name(running.name_of_new(client_config()));
  request.set_request_id("a");
  running.step(request);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "request_id");
  request.set_request_id(std::string(129, 'x'));
  status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), "request_id");
  request.set_request_id(std::string(128, 'x'));
  EXPECT_EQ(running.step(request).step(), 2U);
}

TEST(ExactlyOnce, AWrongNumberIsToldTheRightOne) {
  RunningServer running;
  v1::StepRequest request;
  request.set_name(running.name_of_new(client_config()));
  running.step(request);
  running.step(request);
  for (const std::uint64_t wrong : {1U, 2U, 4U}) {
    request.set_expected_step(wrong);
    const auto status = running.try_step(request);
    EXPECT_EQ(status.error_code(), kAborted) << wrong;
    EXPECT_EQ(info_of(status).reason(), "STEP_MISMATCH");
    EXPECT_EQ(metadata(status, "step"), "2");
    EXPECT_EQ(metadata(status, "expected_step"), "3");
  }
  request.set_expected_step(3);
  EXPECT_EQ(running.step(request).step(), 3U);
}

TEST(ExactlyOnce, PiecesOfInputMayOverlapButLeaveNoGap) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const std::string hello = running.step(client, v1::CALL_DO_HANDSHAKE).output();
  v1::StepRequest request;
  request.set_name(running.name_of_new(server_config()));
  const auto bring = [&](std::uint64_t offset, std::uint64_t end) {
    request.set_input_offset(offset);
    request.set_input(hello.substr(offset, end - offset));
    v1::StepResponse response;
    const auto status = running.try_step(request, &response);
    return std::make_pair(status, response.input_offset());
  };
  EXPECT_EQ(bring(0, 10).second, 10U);
  EXPECT_EQ(bring(0, 10).second, 10U);  // known
  EXPECT_EQ(bring(5, 20).second, 20U);  // known in part
  EXPECT_EQ(bring(7, 9).second, 20U);
  const auto gap = bring(21, 30).first;
  EXPECT_EQ(gap.error_code(), kOutOfRange);
  EXPECT_EQ(info_of(gap).reason(), "INPUT_GAP");
  EXPECT_EQ(metadata(gap, "input_offset"), "20");
  EXPECT_EQ(bring(20, hello.size()).second, hello.size());
  // The ClientHello came together as it was.
  request.clear_input();
  request.clear_input_offset();
  request.set_call(v1::CALL_DO_HANDSHAKE);
  const auto answer = running.step(request);
  EXPECT_FALSE(answer.output().empty());
  EXPECT_EQ(answer.consumed_input_bytes(), hello.size());
  // What is known already may also come after the end of input.
  request.set_call(v1::CALL_UNSPECIFIED);
  request.set_end_of_input(true);
  running.step(request);
  request.set_input(hello);
  request.set_input_offset(0);
  EXPECT_TRUE(running.try_step(request).ok());
  request.set_input(hello + "x");
  EXPECT_EQ(info_of(running.try_step(request)).reason(), "INPUT_ENDED");
}

TEST(ExactlyOnce, OutputStaysUntilItIsAcknowledged) {
  RunningServer running;
  v1::StepRequest request;
  request.set_name(running.name_of_new(client_config()));
  request.set_call(v1::CALL_DO_HANDSHAKE);
  request.set_acknowledged_output_offset(0);
  const auto first = running.step(request);
  const std::string hello = first.output();
  ASSERT_GT(hello.size(), 100U);
  EXPECT_EQ(first.output_offset(), 0U);
  EXPECT_EQ(first.pending_output_bytes(), 0U);  // given out, if not acknowledged

  request.set_call(v1::CALL_UNSPECIFIED);
  EXPECT_EQ(running.step(request).output(), hello);  // asked for again
  request.set_acknowledged_output_offset(100);
  auto answer = running.step(request);
  EXPECT_EQ(answer.output(), hello.substr(100));
  EXPECT_EQ(answer.output_offset(), 100U);
  v1::Session session;
  ASSERT_TRUE(running.get(request.name(), &session).ok());
  EXPECT_EQ(session.output_offset(), 100U);

  request.set_acknowledged_output_offset(99);
  auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), kOutOfRange);
  EXPECT_EQ(info_of(status).reason(), "OUTPUT_GONE");
  EXPECT_EQ(metadata(status, "output_offset"), "100");
  request.set_acknowledged_output_offset(hello.size() + 1);
  status = running.try_step(request);
  EXPECT_EQ(status.error_code(), kOutOfRange);
  EXPECT_EQ(info_of(status).reason(), "OUTPUT_NOT_YET");
  EXPECT_EQ(metadata(status, "output_end"), std::to_string(hello.size()));

  request.set_acknowledged_output_offset(150);
  request.set_keep_output(true);
  answer = running.step(request);
  EXPECT_EQ(answer.output(), "");
  request.set_keep_output(false);
  request.clear_acknowledged_output_offset();
  answer = running.step(request);  // given out and forgotten
  EXPECT_EQ(answer.output(), hello.substr(150));
  EXPECT_EQ(running.step(request).output(), "");
  request.set_acknowledged_output_offset(hello.size());
  EXPECT_TRUE(running.try_step(request).ok());
}

TEST(ExactlyOnce, OfTwoCallersAtOnceOneWins) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  constexpr int kThreads = 4;
  constexpr std::uint64_t kSteps = 50;
  std::array<std::atomic<int>, kSteps + 1> winners{};
  std::atomic<int> told = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([&, thread] {
      for (std::uint64_t step = 1; step <= kSteps; ++step) {
        v1::StepRequest request;
        request.set_name(name);
        request.set_expected_step(step);
        request.set_request_id(std::to_string(thread) + "/" + std::to_string(step));
        v1::StepResponse response;
        grpc::Status status = running.try_step(request, &response);
        if (status.ok()) {
          EXPECT_EQ(response.step(), step);
          ++winners[step];
        } else {
          EXPECT_EQ(status.error_code(), kAborted) << status.error_message();
          ++told;
        }
        // Until the step is done by somebody.
        v1::Session session;
        do {
          ASSERT_TRUE(running.get(name, &session).ok());
        } while (session.step() < step);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::uint64_t step = 1; step <= kSteps; ++step) EXPECT_EQ(winners[step], 1) << step;
  EXPECT_EQ(told, (kThreads - 1) * static_cast<int>(kSteps));
}

TEST(ExactlyOnce, AStreamThatBreaksIsGoneOnWithFromAnother) {
  RunningServer running;
  Careful client{running.name_of_new(client_config())};
  const auto request = client.request("", v1::CALL_DO_HANDSHAKE);
  v1::RunSessionRequest message;
  *message.mutable_step() = request;
  {
    const auto context = new_context();
    const auto stream = running.handshakes().RunSession(context.get());
    ASSERT_TRUE(stream->Write(message));
    // The step is done, and its answer never read.
    v1::Session session;
    do {
      ASSERT_TRUE(running.get(client.name, &session).ok());
    } while (session.step() == 0);
    context->TryCancel();
    EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::CANCELLED);
  }
  const auto context = new_context();
  const auto stream = running.handshakes().RunSession(context.get());
  ASSERT_TRUE(stream->Write(message));
  v1::RunSessionResponse answer;
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.step().step(), 1U);
  EXPECT_FALSE(answer.step().output().empty());
  client.note(answer.step());
  *message.mutable_step() = client.request("", v1::CALL_DO_HANDSHAKE);
  ASSERT_TRUE(stream->Write(message));
  ASSERT_TRUE(stream->Read(&answer));
  EXPECT_EQ(answer.step().step(), 2U);
  EXPECT_EQ(answer.step().output(), "");
}

TEST(ExactlyOnce, ABlockingCallThatWasGivenUpMayBeRepeated) {
  RunningServer running;
  auto config = server_config();
  config.set_blocking(true);
  Careful server{running.name_of_new(config)};
  Careful client{running.name_of_new(client_config())};
  const auto hello = running.step(client.request("", v1::CALL_DO_HANDSHAKE));
  client.note(hello);
  auto request = server.request(hello.output(), v1::CALL_DO_HANDSHAKE);
  request.clear_expected_step();  // others bring its bytes, in steps of their own
  {
    const auto context = new_context();
    context->set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(300));
    v1::StepResponse none;
    EXPECT_EQ(running.handshakes().Step(context.get(), request, &none).error_code(),
              grpc::StatusCode::DEADLINE_EXCEEDED);
  }
  // The ClientHello is known, and is not taken for a second one.
  v1::StepResponse answer;
  std::thread waiting([&] { answer = running.step(request); });
  v1::StepRequest bring;
  bring.set_name(server.name);
  bring.set_acknowledged_output_offset(0);
  std::string flight;
  do {
    const auto brought = running.step(bring);
    flight = brought.output();
  } while (flight.empty());
  const auto finished = running.step(client.request(flight, v1::CALL_DO_HANDSHAKE));
  EXPECT_TRUE(finished.handshake_complete()) << finished.ShortDebugString();
  bring.set_input(finished.output());
  running.step(bring);
  waiting.join();
  EXPECT_EQ(answer.return_value(), 1) << answer.ShortDebugString();
  EXPECT_TRUE(answer.handshake_complete());
}

}  // namespace
}  // namespace stepshake::server
