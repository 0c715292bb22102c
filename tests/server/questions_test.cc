// Questions and answers, traces, stored tickets and blocking sessions over gRPC.
#include <thread>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

v1::StepRequest with_answer(const std::string& name, const v1::Answer& answer) {
  v1::StepRequest request;
  request.set_name(name);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  *request.mutable_answer() = answer;
  return request;
}

v1::Answer go_on() {
  v1::Answer answer;
  answer.mutable_go_on();
  return answer;
}

// A server's session that has been brought a ClientHello.
struct Asked {
  std::string client;
  std::string server;
  v1::StepResponse reply;

  Asked(RunningServer& running, const v1::SessionConfig& server_wants)
      : client(running.name_of_new(client_config())), server(running.name_of_new(server_wants)) {
    const auto hello = running.step(client, v1::CALL_DO_HANDSHAKE);
    reply = running.step(server, v1::CALL_DO_HANDSHAKE, hello.output());
  }
};

TEST(Questions, ClientHelloIsShownAndAnswered) {
  RunningServer running;
  auto wants = server_config();
  wants.add_pause_on(v1::PAUSE_POINT_CLIENT_HELLO);
  const Asked asked(running, wants);
  EXPECT_EQ(asked.reply.ssl_error(), v1::SSL_ERROR_WANT_CLIENT_HELLO_CB);
  EXPECT_EQ(asked.reply.state(), "AwaitClientHelloDecision");
  const v1::ClientHelloQuestion& question = asked.reply.question().client_hello();
  EXPECT_EQ(question.fields().name(), "ClientHello");
  EXPECT_EQ(question.client_hello()[0], 1);
  // Under another configuration, whole.
  v1::Answer answer;
  *answer.mutable_config() = server_config();
  answer.mutable_config()->add_cipher_suites(0x1303);
  const auto flight = running.step(with_answer(asked.server, answer));
  EXPECT_EQ(flight.negotiated().cipher_suite().value(), 0x1303U) << flight.ShortDebugString();
  EXPECT_EQ(flight.ssl_error(), v1::SSL_ERROR_WANT_READ);
}

TEST(Questions, CertificateComesWithTheAnswer) {
  RunningServer running;
  auto wants = server_config();
  wants.clear_identities();
  wants.add_pause_on(v1::PAUSE_POINT_CERTIFICATE);
  const Asked asked(running, wants);
  EXPECT_EQ(asked.reply.ssl_error(), v1::SSL_ERROR_WANT_X509_LOOKUP);
  EXPECT_GT(asked.reply.question().certificate().signature_schemes_size(), 3);
  v1::Answer none;
  none.mutable_certificate();
  v1::Answer ed25519;
  ed25519.mutable_certificate()->mutable_identity()->set_test_identity("ed25519");
  const auto flight = running.step(with_answer(asked.server, ed25519));
  EXPECT_EQ(flight.negotiated().server_signature_scheme().name(), "ed25519");
  const Asked other(running, wants);
  const auto refused = running.step(with_answer(other.server, none));
  EXPECT_EQ(refused.ssl_error(), v1::SSL_ERROR_SSL);
  EXPECT_EQ(refused.failure().alert_name(), "handshake_failure");
}

TEST(Questions, WrongAnswersAreTheCallersMistake) {
  RunningServer running;
  const Asked asked(running, server_config());
  v1::StepResponse unused;
  EXPECT_EQ(running.try_step(with_answer(asked.server, go_on()), &unused).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  auto wants = server_config();
  wants.add_pause_on(v1::PAUSE_POINT_CLIENT_HELLO);
  const Asked paused(running, wants);
  v1::Answer signature;
  signature.set_signature("x");
  EXPECT_EQ(running.try_step(with_answer(paused.server, signature), &unused).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(running.try_step(with_answer(paused.server, v1::Answer()), &unused).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(running.step(with_answer(paused.server, go_on())).ssl_error(), v1::SSL_ERROR_WANT_READ);
}

TEST(RemoteKey, AsksForSignaturesUpToTheLimit) {
  Limits limits;
  limits.max_signature_waits = 1;
  RunningServer running(limits);
  auto wants = server_config();
  wants.clear_identities();
  const auto chain =
      crypto::certificate_to_pem(shared_test_identities()->find("ecdsa")->chain.front());
  wants.add_identities()->mutable_remote()->set_certificate_chain(chain);
  const Asked first(running, wants);
  EXPECT_EQ(first.reply.ssl_error(), v1::SSL_ERROR_WANT_ASYNC) << first.reply.ShortDebugString();
  EXPECT_EQ(first.reply.question().signature().signature_scheme().name(), "ecdsa_secp256r1_sha256");
  EXPECT_GT(first.reply.question().signature().content().size(), 96U);
  const Asked second(running, wants);
  EXPECT_EQ(second.reply.ssl_error(), v1::SSL_ERROR_WANT_ASYNC_JOB);
  EXPECT_FALSE(second.reply.has_question());
  v1::Answer signature;
  signature.set_signature("not checked here");
  running.step(with_answer(first.server, signature));
  EXPECT_EQ(running.step(second.server, v1::CALL_DO_HANDSHAKE).ssl_error(),
            v1::SSL_ERROR_WANT_ASYNC);
}

TEST(StoredTickets, ResumeOnce) {
  RunningServer running;
  auto server_wants = server_config();
  server_wants.set_ticket_storage(v1::TICKET_STORAGE_STORED);
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_wants);
  const Shaken shaken = shake_hands(running, client, server);
  const auto tickets = running.step(client, v1::CALL_READ, shaken.server.output()).tickets();
  ASSERT_EQ(tickets.size(), 2);
  auto returning = client_config();
  returning.add_pre_shared_keys()->set_ticket(tickets[0].value());
  for (const bool fresh : {true, false}) {
    const Shaken again =
        shake_hands(running, running.name_of_new(returning), running.name_of_new(server_wants));
    EXPECT_EQ(again.server.negotiated().psk() == v1::PSK_ORIGIN_RESUMPTION, fresh);
    EXPECT_TRUE(again.server.handshake_complete());
  }
}

TEST(Trace, HasRecordsMessagesAndKeys) {
  RunningServer running;
  auto wants = server_config();
  wants.set_trace(true);
  const Asked asked(running, wants);
  EXPECT_EQ(asked.reply.state_before(), "Start");
  ASSERT_GT(asked.reply.trace_size(), 6);
  EXPECT_EQ(asked.reply.trace(0).record().direction(), v1::DIRECTION_RECEIVED);
  EXPECT_EQ(asked.reply.trace(1).message().fields().name(), "ClientHello");
  int keys = 0;
  for (const auto& entry : asked.reply.trace()) keys += entry.has_keys() ? 1 : 0;
  EXPECT_EQ(keys, 3);
}

TEST(Blocking, AUnaryCallWaitsForBytesOfOthers) {
  RunningServer running;
  auto wants = client_config();
  wants.set_blocking(true);
  const std::string client = running.name_of_new(wants);
  const std::string server = running.name_of_new(server_config());
  v1::StepResponse answer;
  std::thread caller([&] { answer = running.step(client, v1::CALL_DO_HANDSHAKE); });
  std::string hello;
  while (hello.empty()) hello = running.step(client, v1::CALL_UNSPECIFIED).output();
  const auto flight = running.step(server, v1::CALL_DO_HANDSHAKE, hello);
  running.step(client, v1::CALL_UNSPECIFIED, flight.output());
  caller.join();
  EXPECT_EQ(answer.return_value(), 1) << answer.ShortDebugString();
  // The answer tells of the whole call, however often it had to wait.
  EXPECT_EQ(answer.state_before(), "Start");
  ASSERT_GT(answer.messages_size(), 5);
  EXPECT_EQ(answer.messages(0).handshake_type().name(), "client_hello");
  EXPECT_EQ(answer.consumed_input_bytes(), flight.output().size());
}

TEST(Blocking, AnExpiredCallMayBeRepeated) {
  RunningServer running;
  auto wants = client_config();
  wants.set_blocking(true);
  const std::string client = running.name_of_new(wants);
  v1::StepRequest request;
  request.set_name(client);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + std::chrono::milliseconds(200));
  v1::StepResponse unused;
  EXPECT_EQ(running.handshakes().Step(&context, request, &unused).error_code(),
            grpc::StatusCode::DEADLINE_EXCEEDED);
  const auto after = running.step(client, v1::CALL_UNSPECIFIED);
  EXPECT_EQ(after.step(), 1U);  // the call that expired was none
  const std::string& hello = after.output();
  const std::string server = running.name_of_new(server_config());
  const auto flight = running.step(server, v1::CALL_DO_HANDSHAKE, hello);
  EXPECT_EQ(running.step(client, v1::CALL_DO_HANDSHAKE, flight.output()).return_value(), 1);
}

TEST(Blocking, AStreamAnswersACallOnlyWhenItIsDone) {
  RunningServer running;
  auto wants = client_config();
  wants.set_blocking(true);
  const std::string server = running.name_of_new(server_config());
  grpc::ClientContext context;
  const auto stream = running.handshakes().RunSession(&context);
  v1::RunSessionRequest request;
  request.mutable_step()->set_name(running.name_of_new(wants));
  request.mutable_step()->set_call(v1::CALL_DO_HANDSHAKE);
  ASSERT_TRUE(stream->Write(request));
  v1::RunSessionResponse response;
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_FALSE(response.has_step());
  const auto flight = running.step(server, v1::CALL_DO_HANDSHAKE, response.output());
  const std::size_t half = flight.output().size() / 2;
  for (const auto& piece : {flight.output().substr(0, half), flight.output().substr(half)}) {
    request.Clear();
    request.mutable_step()->set_input(piece);
    ASSERT_TRUE(stream->Write(request));
  }
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.step().return_value(), 1) << response.ShortDebugString();
  EXPECT_EQ(response.step().step(), 1U);
  EXPECT_EQ(response.step().consumed_input_bytes(), flight.output().size());
  EXPECT_EQ(running.step(server, v1::CALL_DO_HANDSHAKE, response.step().output()).return_value(),
            1);
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

}  // namespace
}  // namespace stepshake::server
