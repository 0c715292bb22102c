// Sessions as values: histories, forks, exports and imports, determinism, replays.
#include <malloc.h>

#include <optional>
#include <vector>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

v1::SessionConfig with_history(v1::SessionConfig config, std::uint32_t steps = 100) {
  config.set_history_steps(steps);
  return config;
}

v1::SessionConfig deterministic(v1::SessionConfig config, char seed) {
  config.mutable_deterministic()->set_seed(std::string(32, seed));
  config.mutable_deterministic()->mutable_time()->set_seconds(absl::ToUnixSeconds(absl::Now()));
  return config;
}

template <class Request, class Response>
Response called(RunningServer& running,
                grpc::Status (v1::HandshakeService::Stub::*method)(grpc::ClientContext*,
                                                                   const Request&, Response*),
                const Request& request, grpc::StatusCode expected = grpc::StatusCode::OK,
                google::rpc::ErrorInfo* info = nullptr) {
  Response response;
  const auto status = (running.handshakes().*method)(new_context().get(), request, &response);
  EXPECT_EQ(status.error_code(), expected) << status.error_message();
  if (info != nullptr) *info = info_of(status);
  return response;
}

using Stub = v1::HandshakeService::Stub;

v1::Session fork_of(RunningServer& running, const std::string& name,
                    std::optional<std::uint64_t> step = std::nullopt) {
  v1::ForkSessionRequest request;
  request.set_name(name);
  if (step) request.set_step(*step);
  return called(running, &Stub::ForkSession, request).session();
}

std::string exported(RunningServer& running, const std::string& name, bool history = false) {
  v1::ExportSessionRequest request;
  request.set_name(name);
  request.set_include_history(history);
  return called(running, &Stub::ExportSession, request).sealed_session();
}

v1::ReplaySessionResponse replayed(RunningServer& running, const std::string& name) {
  v1::ReplaySessionRequest request;
  request.set_name(name);
  return called(running, &Stub::ReplaySession, request);
}

std::vector<v1::RecordedStep> steps_of(RunningServer& running, const std::string& name,
                                       int page_size = 0) {
  std::vector<v1::RecordedStep> steps;
  v1::ListStepsRequest request;
  request.set_parent(name);
  request.set_page_size(page_size);
  do {
    const auto page = called(running, &Stub::ListSteps, request);
    steps.insert(steps.end(), page.steps().begin(), page.steps().end());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty() && steps.size() < 1000);
  return steps;
}

TEST(History, ListsTheStepsThatWereDone) {
  RunningServer running;
  const std::string client = running.name_of_new(with_history(client_config()));
  const std::string server = running.name_of_new(server_config());
  const Shaken shaken = shake_hands(running, client, server);
  ASSERT_TRUE(shaken.client.handshake_complete());
  const auto steps = steps_of(running, client, 2);
  ASSERT_EQ(steps.size(), 3U);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    EXPECT_EQ(steps[i].step(), i + 1);
    EXPECT_EQ(steps[i].response().step(), i + 1);
    EXPECT_EQ(steps[i].request().call(), v1::CALL_DO_HANDSHAKE);
    EXPECT_TRUE(steps[i].has_time());
  }
  EXPECT_EQ(steps.back().response().SerializeAsString(), shaken.client.SerializeAsString());
  EXPECT_TRUE(steps_of(running, server).empty());  // which was to keep none
}

TEST(History, IsBoundedBySteps) {
  RunningServer running;
  const std::string name = running.name_of_new(with_history(client_config(), 3));
  for (int i = 0; i < 10; ++i) running.step(name, v1::CALL_UNSPECIFIED);
  const auto steps = steps_of(running, name);
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps.front().step(), 8U);
  v1::ForkSessionRequest request;
  request.set_name(name);
  request.set_step(7);
  google::rpc::ErrorInfo info;
  called(running, &Stub::ForkSession, request, grpc::StatusCode::NOT_FOUND, &info);
  EXPECT_EQ(info.reason(), "STEP_NOT_KEPT");
  request.set_step(11);
  called(running, &Stub::ForkSession, request, grpc::StatusCode::OUT_OF_RANGE, &info);
  EXPECT_EQ(info.reason(), "NO_SUCH_STEP");
  EXPECT_EQ(info.metadata().at("step"), "10");
}

TEST(History, IsBoundedByBytesAndByTheServer) {
  Limits limits;
  limits.max_history_bytes = 20'000;
  limits.max_history_steps = 50;
  RunningServer running(limits);
  auto config = server_config();
  const std::string name = running.name_of_new(with_history(config, 50));
  for (int i = 0; i < 10; ++i) running.step(name, v1::CALL_UNSPECIFIED, std::string(1000, 'x'));
  const auto steps = steps_of(running, name);
  EXPECT_FALSE(steps.empty());
  EXPECT_LT(steps.size(), 8U);
  EXPECT_EQ(steps.back().step(), 10U);
  const auto status = running.create(with_history(config, 51));
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-history-steps");
}

TEST(History, ShowsNoPrivateKey) {
  RunningServer running;
  auto config = with_history(server_config());
  config.add_pause_on(v1::PAUSE_POINT_CERTIFICATE);
  const std::string server = running.name_of_new(config);
  const std::string client = running.name_of_new(client_config());
  const auto hello = running.step(client, v1::CALL_DO_HANDSHAKE).output();
  const auto asked = running.step(server, v1::CALL_DO_HANDSHAKE, hello);
  ASSERT_TRUE(asked.question().has_certificate()) << asked.ShortDebugString();
  v1::StepRequest request;
  request.set_name(server);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  const auto& identity = shared_test_identities()->all().front();
  v1::PemIdentity& pem =
      *request.mutable_answer()->mutable_certificate()->mutable_identity()->mutable_pem();
  pem.set_certificate_chain(identity.certificate_chain);
  pem.set_private_key(crypto::to_pem(identity.identity.key));
  const auto flight = running.step(request);
  ASSERT_FALSE(flight.output().empty());
  for (const auto& step : steps_of(running, server)) {
    EXPECT_EQ(step.SerializeAsString().find("PRIVATE KEY"), std::string::npos);
  }
  // Gone back to before the answer, the session asks again, and takes another one.
  const std::string copy = fork_of(running, server, 1).name();
  request.set_name(copy);
  request.mutable_answer()->mutable_certificate()->mutable_identity()->set_test_identity("ed25519");
  const auto other = running.step(request);
  EXPECT_EQ(other.negotiated().server_signature_scheme().name(), "ed25519");
  EXPECT_EQ(replayed(running, server).last_step(), 2U);
}

TEST(Fork, GoesItsOwnWay) {
  RunningServer running;
  const std::string client = running.name_of_new(with_history(client_config()));
  const std::string server = running.name_of_new(with_history(server_config()));
  const std::string hello = running.step(client, v1::CALL_DO_HANDSHAKE).output();
  const v1::Session before = fork_of(running, server);
  EXPECT_NE(before.name(), server);
  EXPECT_EQ(before.step(), 0U);
  const std::string one = running.step(server, v1::CALL_DO_HANDSHAKE, hello).output();
  const std::string other = running.step(before.name(), v1::CALL_DO_HANDSHAKE, hello).output();
  EXPECT_NE(one, other);  // chance of its own
  // The client goes both ways.
  const std::string second = fork_of(running, client).name();
  EXPECT_TRUE(running.step(client, v1::CALL_DO_HANDSHAKE, one).handshake_complete());
  EXPECT_TRUE(running.step(second, v1::CALL_DO_HANDSHAKE, other).handshake_complete());
  // And once more from its first step, long after, and from before it.
  const v1::Session third = fork_of(running, client, 1);
  EXPECT_EQ(third.step(), 1U);
  EXPECT_EQ(third.state(), "WaitServerHello");
  EXPECT_TRUE(running.step(third.name(), v1::CALL_DO_HANDSHAKE, one).handshake_complete());
  EXPECT_EQ(fork_of(running, client, 0).state(), "Start");
  EXPECT_EQ(fork_of(running, client, 2).state(), "Connected");
}

TEST(Export, GoesOnInAnotherServerWithTheSameKey) {
  const auto keys =
      std::make_shared<const ServiceKeys>(ServiceKeys::parse(std::string(64, 'a')).value());
  RunningServer one({}, {}, keys, TestIdentities::make(absl::Now()).value());
  RunningServer other({}, {}, keys);
  RunningServer stranger;
  const std::string client = one.name_of_new(client_config());
  const std::string server = one.name_of_new(with_history(server_config()));
  const std::string hello = one.step(client, v1::CALL_DO_HANDSHAKE).output();
  const std::string flight = one.step(server, v1::CALL_DO_HANDSHAKE, hello).output();

  // Both sides in mid-handshake: the other server has other test identities, and the sessions keep theirs.
  v1::ImportSessionRequest request;
  const auto import = [&](const std::string& name, bool history) {
    request.set_sealed_session(exported(one, name, history));
    return called(other, &Stub::ImportSession, request).session();
  };
  const v1::Session client_there = import(client, false);
  const v1::Session server_there = import(server, true);
  EXPECT_EQ(server_there.step(), 1U);
  const auto finished = other.step(client_there.name(), v1::CALL_DO_HANDSHAKE, flight);
  EXPECT_TRUE(finished.handshake_complete()) << finished.ShortDebugString();
  EXPECT_EQ(finished.negotiated().verify_result(), 0);
  EXPECT_TRUE(other.step(server_there.name(), v1::CALL_DO_HANDSHAKE, finished.output())
                  .handshake_complete());
  EXPECT_EQ(steps_of(other, server_there.name()).size(), 2U);
  EXPECT_EQ(server_there.config().SerializeAsString().find("PRIVATE KEY"), std::string::npos);

  google::rpc::ErrorInfo info;
  called(stranger, &Stub::ImportSession, request, grpc::StatusCode::INVALID_ARGUMENT, &info);
  EXPECT_EQ(info.metadata().at("field"), "sealed_session");
  std::string changed = request.sealed_session();
  changed[changed.size() / 2] ^= 1;
  request.set_sealed_session(changed);
  called(other, &Stub::ImportSession, request, grpc::StatusCode::INVALID_ARGUMENT, &info);
  changed[4] = 9;
  request.set_sealed_session(changed);
  called(other, &Stub::ImportSession, request, grpc::StatusCode::FAILED_PRECONDITION, &info);
  EXPECT_EQ(info.reason(), "WRONG_FORMAT");
}

TEST(Export, SaysWhetherOthersCanOpenIt) {
  RunningServer alone;
  v1::ExportSessionRequest request;
  request.set_name(alone.name_of_new(client_config()));
  EXPECT_FALSE(called(alone, &Stub::ExportSession, request).portable());
  RunningServer shared(
      {}, {},
      std::make_shared<const ServiceKeys>(ServiceKeys::parse(std::string(64, 'a')).value()));
  request.set_name(shared.name_of_new(client_config()));
  EXPECT_TRUE(called(shared, &Stub::ExportSession, request).portable());
}

// All the bytes of a handshake between two seeded sessions, in each key's kind.
std::string transcript(RunningServer& running, const v1::SessionConfig& client,
                       const v1::SessionConfig& server) {
  std::string all;
  const std::string client_name = running.name_of_new(client);
  const std::string server_name = running.name_of_new(server);
  const Shaken shaken =
      shake_hands(client_name, server_name, [&](const std::string& name, const std::string& input) {
        auto answer = running.step(name, v1::CALL_DO_HANDSHAKE, input);
        all += answer.output();
        return answer;
      });
  EXPECT_TRUE(shaken.client.handshake_complete()) << shaken.client.ShortDebugString();
  EXPECT_EQ(replayed(running, server_name).has_departure(), false);
  EXPECT_EQ(replayed(running, client_name).has_departure(), false);
  return all;
}

TEST(Deterministic, EveryByteIsTheSameEachTime) {
  RunningServer running;
  RunningServer another;
  for (const std::string identity : {"ecdsa", "rsa", "ed25519", "ecdsa521"}) {
    const auto client = deterministic(with_history(client_config()), 'c');
    const auto server = deterministic(with_history(server_config(identity)), 's');
    const std::string once = transcript(running, client, server);
    EXPECT_TRUE(transcript(running, client, server) == once) << identity;
    EXPECT_TRUE(transcript(another, client, server) == once) << identity;
    const auto other = deterministic(with_history(server_config(identity)), 'x');
    EXPECT_FALSE(transcript(running, client, other) == once) << identity;
  }
}

TEST(Deterministic, WantsASeedAndATimeAndAPolicy) {
  RunningServer running;
  auto config = deterministic(client_config(), 'c');
  config.mutable_deterministic()->set_seed("short");
  EXPECT_EQ(field_of(running.create(config)), "config.deterministic.seed");
  config = deterministic(client_config(), 'c');
  config.mutable_deterministic()->clear_time();
  EXPECT_EQ(field_of(running.create(config)), "config.deterministic.time");
  Policies policies;
  policies.allow_deterministic = false;
  RunningServer strict({}, policies);
  EXPECT_EQ(strict.create(deterministic(client_config(), 'c')).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST(Replay, SaysAtWhichStepAndByteItDeparts) {
  RunningServer running;
  // An ECDSA signature of libcrypto's own is another one each time.
  const std::string server = running.name_of_new(with_history(server_config()));
  const std::string client = running.name_of_new(client_config());
  running.step(server, v1::CALL_UNSPECIFIED);
  const std::string hello = running.step(client, v1::CALL_DO_HANDSHAKE).output();
  const std::string flight = running.step(server, v1::CALL_DO_HANDSHAKE, hello).output();
  const auto replay = replayed(running, server);
  EXPECT_EQ(replay.first_step(), 1U);
  EXPECT_EQ(replay.last_step(), 2U);
  ASSERT_TRUE(replay.has_departure());
  const v1::Departure& departure = replay.departure();
  EXPECT_EQ(departure.step(), 2U);
  EXPECT_EQ(departure.field(), "output");
  EXPECT_GT(departure.byte(), 100U);  // ServerHello and the rest are the same
  EXPECT_EQ(departure.output_offset(), departure.byte());
  EXPECT_EQ(departure.recorded().output(), flight);
  const std::string again = departure.replayed().output();
  EXPECT_EQ(again.substr(0, departure.byte()), flight.substr(0, departure.byte()));
  EXPECT_NE(again[departure.byte()], flight[departure.byte()]);
  // The session itself has gone no further.
  v1::Session session;
  ASSERT_TRUE(running.get(server, &session).ok());
  EXPECT_EQ(session.step(), 2U);
}

TEST(Replay, BeginsWhereTheHistoryBeginsAndTakesAnExport) {
  RunningServer running;
  const std::string name =
      running.name_of_new(deterministic(with_history(client_config(), 3), 'c'));
  for (int i = 0; i < 5; ++i) running.step(name, v1::CALL_DO_HANDSHAKE);
  auto replay = replayed(running, name);
  EXPECT_EQ(replay.first_step(), 4U);
  EXPECT_EQ(replay.last_step(), 5U);
  EXPECT_FALSE(replay.has_departure());
  v1::ReplaySessionRequest request;
  request.set_sealed_session(exported(running, name, true));
  replay = called(running, &Stub::ReplaySession, request);
  EXPECT_EQ(replay.first_step(), 4U);
  EXPECT_FALSE(replay.has_departure());
  request.set_sealed_session(exported(running, name, false));
  google::rpc::ErrorInfo info;
  called(running, &Stub::ReplaySession, request, grpc::StatusCode::FAILED_PRECONDITION, &info);
  EXPECT_EQ(info.reason(), "NO_HISTORY");
  called(running, &Stub::ReplaySession, {}, grpc::StatusCode::INVALID_ARGUMENT, &info);
  EXPECT_EQ(info.metadata().at("field"), "source");
}

// By malloc's count, over copies of one session.
double idle_bytes(RunningServer& running, const std::string& name) {
  constexpr int kCopies = 1'000;
  const auto copy = [&](int count) {
    for (int i = 0; i < count; ++i) fork_of(running, name);
  };
  copy(100);
  const std::size_t before = mallinfo2().uordblks;
  copy(kCopies);
  return static_cast<double>(mallinfo2().uordblks - before) / kCopies;
}

TEST(Memory, AnIdleSessionTakesLittle) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_config());
  constexpr double kAfter = 4'096;
  constexpr double kMid = 12'288;
  const std::string hello = running.step(client, v1::CALL_DO_HANDSHAKE).output();
  EXPECT_LT(idle_bytes(running, client), kMid);
  const std::string flight = running.step(server, v1::CALL_DO_HANDSHAKE, hello).output();
  EXPECT_LT(idle_bytes(running, server), kMid);
  const std::string finished = running.step(client, v1::CALL_DO_HANDSHAKE, flight).output();
  EXPECT_TRUE(running.step(server, v1::CALL_DO_HANDSHAKE, finished).handshake_complete());
  EXPECT_LT(idle_bytes(running, client), kAfter);
  EXPECT_LT(idle_bytes(running, server), kAfter);
}

// gRPC clients take 4 MiB, unless they are told otherwise: an answer that is longer is lost, and its step done.
TEST(Limits, TheLongestTracedAnswerIsOneThatClientsTake) {
  RunningServer running;
  v1::SessionConfig writes = client_config();
  writes.set_trace(true);
  v1::SessionConfig reads = server_config();
  for (v1::SessionConfig* config : {&writes, &reads}) {
    config->set_record_size_limit(64);  // RFC 8449 4: the least
  }
  const std::string client = running.name_of_new(writes);
  shake_hands(running, client, running.name_of_new(reads));
  v1::StepRequest request;
  request.set_name(client);
  request.set_call(v1::CALL_WRITE);
  const std::size_t most = Limits().max_step_input / 2;
  request.set_data(std::string(most + 1, 'x'));
  EXPECT_EQ(info_of(running.try_step(request)).reason(), "STEP_TOO_LARGE");
  request.mutable_data()->pop_back();
  const v1::StepResponse response = running.step(request);
  EXPECT_EQ(static_cast<std::size_t>(response.return_value()), most);
  EXPECT_GT(static_cast<std::size_t>(response.trace_size()), most / 64);
  EXPECT_LT(response.ByteSizeLong(), 3'000'000U);
}

TEST(Limits, ASessionThatWouldTakeTooMuchRoomStaysAsItWas) {
  Limits limits;
  limits.max_session_bytes = 20'000;
  RunningServer running(limits);
  v1::StepRequest request;
  request.set_name(running.name_of_new(server_config()));
  request.set_input(std::string(15'000, 'x'));
  EXPECT_EQ(running.step(request).pending_input_bytes(), 15'000U);
  const auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(info_of(status).reason(), "SESSION_TOO_LARGE");
  EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-session-bytes");
  v1::Session session;
  ASSERT_TRUE(running.get(request.name(), &session).ok());
  EXPECT_EQ(session.pending_input_bytes(), 15'000U);
  EXPECT_EQ(session.step(), 1U);
}

}  // namespace
}  // namespace stepshake::server
