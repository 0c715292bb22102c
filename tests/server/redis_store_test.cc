// Servers over one store: a real redis-server, killed, frozen and started again.
#include <array>
#include <atomic>
#include <thread>

#include "google/rpc/error_details.pb.h"
#include "tests/server/redis_server.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

constexpr auto kUnavailable = grpc::StatusCode::UNAVAILABLE;

std::shared_ptr<const ServiceKeys> keys_of(const std::string& digits) {
  std::string text;
  for (const char digit : digits) text += std::string(64, digit) + "\n";
  return std::make_shared<const ServiceKeys>(ServiceKeys::parse(text).value());
}

// A server over the store.
class Replica : public RunningServer {
 public:
  explicit Replica(const RedisServer& redis, const Limits& limits = {},
                   const std::string& keys = "a")
      : RunningServer(limits, {}, keys_of(keys), std::nullopt, redis.options()) {}
  Replica(const RedisServer& redis, absl::Duration timeout)
      : RunningServer({}, {}, keys_of("a"), std::nullopt, with_timeout(redis.options(), timeout)) {}

 private:
  static RedisOptions with_timeout(RedisOptions options, absl::Duration timeout) {
    options.timeout = timeout;
    return options;
  }
};

v1::StepRequest request_of(const std::string& name, std::uint64_t number, const std::string& input,
                           std::uint64_t input_offset = 0) {
  v1::StepRequest request;
  request.set_name(name);
  request.set_call(v1::CALL_DO_HANDSHAKE);
  request.set_expected_step(number);
  request.set_request_id("step " + std::to_string(number));
  request.set_input(input);
  request.set_input_offset(input_offset);
  return request;
}

// As a caller does who is told to try again.
v1::StepResponse step_in_the_end(RunningServer& running, const v1::StepRequest& request) {
  v1::StepResponse response;
  grpc::Status status;
  const absl::Time end = absl::Now() + absl::Seconds(60);
  do {
    status = running.try_step(request, &response);
    if (status.error_code() == kUnavailable) absl::SleepFor(absl::Milliseconds(50));
  } while (status.error_code() == kUnavailable && absl::Now() < end);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

void expect_retry_hint(const grpc::Status& status) {
  EXPECT_EQ(status.error_code(), kUnavailable) << status.error_message();
  google::rpc::Status details;
  ASSERT_TRUE(details.ParseFromString(status.error_details()));
  ASSERT_EQ(details.details_size(), 2);
  google::rpc::RetryInfo retry;
  EXPECT_TRUE(details.details(1).UnpackTo(&retry));
  EXPECT_GT(retry.retry_delay().seconds(), 0);
}

TEST(RedisStore, TwoServersTakeAlternateStepsOfOneHandshake) {
  RedisServer redis;
  Replica one(redis);
  Replica other(redis);
  const std::string client = one.name_of_new(client_config());
  const std::string server = other.name_of_new(server_config());
  int count = 0;
  const Shaken shaken =
      shake_hands(client, server, [&](const std::string& name, const std::string& input) {
        return (++count / 2 % 2 == 0 ? one : other).step(name, v1::CALL_DO_HANDSHAKE, input);
      });
  EXPECT_TRUE(shaken.client.handshake_complete()) << shaken.client.ShortDebugString();
  EXPECT_TRUE(shaken.server.handshake_complete()) << shaken.server.ShortDebugString();
  EXPECT_EQ(shaken.client.negotiated().verify_result(), 0);
  v1::Session here;
  v1::Session there;
  ASSERT_TRUE(one.get(client, &here).ok());
  ASSERT_TRUE(other.get(client, &there).ok());
  EXPECT_EQ(here.SerializeAsString(), there.SerializeAsString());
  // Both list the same, page by page.
  for (Replica* replica : {&one, &other}) {
    v1::ListSessionsRequest request;
    request.set_page_size(1);
    v1::ListSessionsResponse page;
    ASSERT_TRUE(one.list(request, &page).ok());
    ASSERT_EQ(page.sessions_size(), 1);
    EXPECT_EQ(page.sessions(0).name(), client);
    request.set_page_token(page.next_page_token());
    ASSERT_TRUE(replica->list(request, &page).ok());
    ASSERT_EQ(page.sessions_size(), 1);
    EXPECT_EQ(page.sessions(0).name(), server);
    EXPECT_EQ(page.next_page_token(), "");
  }
  EXPECT_TRUE(other.remove(client).ok());
  EXPECT_EQ(one.get(client).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST(RedisStore, SessionsOutliveTheirServer) {
  RedisServer redis;
  std::string client;
  std::string hello;
  {
    Replica first(redis);
    client = first.name_of_new(client_config());
    hello = first.step(request_of(client, 1, "")).output();
    first.server().drain(absl::Seconds(60));
  }
  Replica second(redis);
  EXPECT_EQ(second.step(request_of(client, 1, "")).output(), hello);
  const std::string server = second.name_of_new(server_config());
  const auto flight = second.step(server, v1::CALL_DO_HANDSHAKE, hello);
  EXPECT_TRUE(second.step(request_of(client, 2, flight.output())).handshake_complete());
}

TEST(RedisStore, NothingIsLostWhereTheStoreIsKilledAndStartedAgain) {
  RedisServer redis;
  Replica running(redis);
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_config());
  const std::string hello = running.step(request_of(client, 1, "")).output();
  redis.kill();
  v1::StepRequest request = request_of(server, 1, hello);
  expect_retry_hint(running.try_step(request));
  expect_retry_hint(running.get(client));
  expect_retry_hint(running.create(client_config()));
  redis.start();
  const std::string flight = step_in_the_end(running, request).output();
  redis.kill();
  redis.start();
  const auto finished = step_in_the_end(running, request_of(client, 2, flight));
  EXPECT_TRUE(finished.handshake_complete()) << finished.ShortDebugString();
  EXPECT_EQ(finished.step(), 2U);
  EXPECT_EQ(step_in_the_end(running, request).output(), flight);
}

TEST(RedisStore, NothingIsDoneTwiceWhereTheNetworkIsCut) {
  RedisServer redis;
  Replica running(redis, absl::Milliseconds(300));
  const std::string client = running.name_of_new(client_config());
  v1::StepResponse last;
  for (std::uint64_t number = 1; number <= 5; ++number) {
    const auto request = request_of(client, number, "");
    redis.freeze();
    expect_retry_hint(running.try_step(request));
    // Whoever needs no session is served all the same.
    v1::GetCapabilitiesResponse capabilities;
    EXPECT_TRUE(v1::CapabilityService::NewStub(running.channel())
                    ->GetCapabilities(new_context().get(), {}, &capabilities)
                    .ok());
    redis.thaw();
    // What was sent into the void may have been done meanwhile, or not: it is one step.
    last = step_in_the_end(running, request);
    EXPECT_EQ(last.step(), number);
  }
  EXPECT_EQ(last.state(), "WaitServerHello");
}

TEST(RedisStore, OneSlowCallDoesNotHoldUpOthers) {
  RedisServer redis;
  Replica frozen(redis, absl::Seconds(3));
  const std::string name = frozen.name_of_new(client_config());
  redis.freeze();
  std::vector<std::thread> waiting;
  for (int i = 0; i < 8; ++i) {
    waiting.emplace_back([&] { expect_retry_hint(frozen.get(name)); });
  }
  v1::GetCapabilitiesResponse capabilities;
  const auto stub = v1::CapabilityService::NewStub(frozen.channel());
  for (int i = 0; i < 20; ++i) {
    EXPECT_TRUE(stub->GetCapabilities(new_context().get(), {}, &capabilities).ok());
  }
  for (auto& thread : waiting) thread.join();
  redis.thaw();
  EXPECT_TRUE(step_in_the_end(frozen, request_of(name, 1, "")).step() == 1);
}

TEST(RedisStore, OfManyCallersOfTwoServersOneWinsEachStep) {
  RedisServer redis;
  Replica one(redis);
  Replica other(redis);
  const std::string name = one.name_of_new(client_config());
  constexpr std::uint64_t kSteps = 20;
  std::array<std::atomic<int>, kSteps + 1> winners{};
  std::atomic<int> unnumbered = 0;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] {
      Replica& replica = thread % 2 == 0 ? one : other;
      for (std::uint64_t step = 1; step <= kSteps; ++step) {
        v1::StepRequest request;
        request.set_name(name);
        request.set_expected_step(step);
        v1::StepResponse response;
        const auto status = replica.try_step(request, &response);
        if (status.ok()) ++winners[step];
        if (!status.ok()) {
          EXPECT_EQ(status.error_code(), grpc::StatusCode::ABORTED) << status.error_message();
        }
        v1::Session session;
        do {
          ASSERT_TRUE(replica.get(name, &session).ok());
        } while (session.step() < step);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::uint64_t step = 1; step <= kSteps; ++step) EXPECT_EQ(winners[step], 1) << step;
  threads.clear();
  // Those who give no number all get their step in the end.
  for (Replica* replica : {&one, &other}) {
    threads.emplace_back([&, replica] {
      for (int i = 0; i < 20; ++i) {
        replica->step(name, v1::CALL_UNSPECIFIED);
        ++unnumbered;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(one.step(name, v1::CALL_UNSPECIFIED).step(), kSteps + 41);
}

TEST(RedisStore, AStoredTicketWorksOnceWhicheverServerTakesIt) {
  RedisServer redis;
  Replica one(redis);
  Replica other(redis);
  auto server = server_config();
  server.set_ticket_storage(v1::TICKET_STORAGE_STORED);
  const std::string client = one.name_of_new(client_config());
  const std::string first = one.name_of_new(server);
  const Shaken shaken = shake_hands(one, client, first);
  ASSERT_TRUE(shaken.server.handshake_complete());
  const auto read = one.step(client, v1::CALL_READ, shaken.server.output());
  ASSERT_EQ(read.tickets_size(), 2) << read.ShortDebugString();
  auto resuming = client_config();
  resuming.add_pre_shared_keys()->set_ticket(read.tickets(0).value());
  for (const bool fresh : {true, false}) {
    const std::string again = other.name_of_new(resuming);
    const Shaken resumed = shake_hands(other, again, (fresh ? other : one).name_of_new(server));
    EXPECT_TRUE(resumed.client.handshake_complete()) << resumed.client.ShortDebugString();
    EXPECT_EQ(resumed.client.negotiated().psk(),
              fresh ? v1::PSK_ORIGIN_RESUMPTION : v1::PSK_ORIGIN_UNSPECIFIED);
  }
}

TEST(RedisStore, ForksHistoriesAndWatchersReachOverServers) {
  RedisServer redis;
  Replica one(redis);
  Replica other(redis);
  auto config = client_config();
  config.set_history_steps(2);
  const std::string name = one.name_of_new(config);
  v1::WatchSessionRequest watch_request;
  watch_request.set_name(name);
  const auto context = new_context();
  const auto watch = other.handshakes().WatchSession(context.get(), watch_request);
  v1::WatchSessionResponse told;
  ASSERT_TRUE(watch->Read(&told));
  EXPECT_EQ(told.session().step(), 0U);
  const auto hello = one.step(name, v1::CALL_DO_HANDSHAKE);
  ASSERT_TRUE(watch->Read(&told));
  EXPECT_EQ(told.step().response().SerializeAsString(), hello.SerializeAsString());
  for (int i = 0; i < 3; ++i) other.step(name, v1::CALL_UNSPECIFIED);
  v1::ListStepsRequest list;
  list.set_parent(name);
  v1::ListStepsResponse steps;
  ASSERT_TRUE(one.handshakes().ListSteps(new_context().get(), list, &steps).ok());
  ASSERT_EQ(steps.steps_size(), 2);
  EXPECT_EQ(steps.steps(0).step(), 3U);
  v1::ForkSessionRequest fork;
  fork.set_name(name);
  fork.set_step(3);
  v1::ForkSessionResponse forked;
  ASSERT_TRUE(other.handshakes().ForkSession(new_context().get(), fork, &forked).ok());
  EXPECT_EQ(one.step(forked.session().name(), v1::CALL_UNSPECIFIED).step(), 4U);
  ASSERT_TRUE(one.remove(name).ok());
  while (watch->Read(&told)) {
  }
  EXPECT_TRUE(watch->Finish().ok());
}

TEST(RedisStore, ABlockingCallHearsOfBytesThatAnotherServerWasBrought) {
  RedisServer redis;
  Replica one(redis);
  Replica other(redis);
  auto config = server_config();
  config.set_blocking(true);
  const std::string server = one.name_of_new(config);
  const std::string client = other.name_of_new(client_config());
  v1::StepResponse answer;
  std::thread waiting([&] { answer = one.step(server, v1::CALL_DO_HANDSHAKE); });
  std::string flight = other.step(client, v1::CALL_DO_HANDSHAKE).output();
  flight = other.step(server, v1::CALL_UNSPECIFIED, flight).output();
  while (flight.empty()) flight = other.step(server, v1::CALL_UNSPECIFIED).output();
  flight = other.step(client, v1::CALL_DO_HANDSHAKE, flight).output();
  other.step(server, v1::CALL_UNSPECIFIED, flight);
  waiting.join();
  EXPECT_TRUE(answer.handshake_complete()) << answer.ShortDebugString();
}

TEST(RedisStore, ExpiresAndBoundsSessions) {
  RedisServer redis;
  Limits limits;
  limits.max_sessions = 2;
  limits.max_idle = absl::Seconds(1);
  Replica running(redis, limits);
  const std::string first = running.name_of_new(client_config());
  const std::string second = running.name_of_new(client_config());
  const auto status = running.create(client_config());
  // Slow machines may have seen one expire.
  if (!status.ok()) {
    EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-sessions");
  }
  const absl::Time end = absl::Now() + absl::Seconds(60);
  while (running.get(second).ok() && absl::Now() < end) absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(running.get(first).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_TRUE(running.create(client_config()).ok());
}

TEST(RedisStore, KeepsNothingInTheClearAndGoesThroughAChangeOfKeys) {
  RedisServer redis;
  const auto& identity = shared_test_identities()->all().front();
  std::string client;
  std::string server;
  std::string hello;
  {
    Replica before(redis);
    auto config = server_config();
    v1::PemIdentity& pem = *config.mutable_identities(0)->mutable_pem();
    pem.set_certificate_chain(identity.certificate_chain);
    pem.set_private_key(crypto::to_pem(identity.identity.key));
    server = before.name_of_new(config);
    client = before.name_of_new(client_config());
    hello = before.step(client, v1::CALL_DO_HANDSHAKE).output();
  }
  Redis raw(redis.options());
  const auto all = raw.call({"KEYS", "*"});
  ASSERT_TRUE(all.ok());
  EXPECT_GT((*all)->elements, 5U);
  for (std::size_t i = 0; i < (*all)->elements; ++i) {
    const auto dumped = raw.call({"DUMP", reply_text(*(*all)->element[i])});
    ASSERT_TRUE(dumped.ok());
    const std::string value(reply_text(**dumped));
    EXPECT_EQ(value.find("PRIVATE KEY"), std::string::npos);
    EXPECT_EQ(value.find("localhost"), std::string::npos);
  }
  // A new first key: what the old one sealed opens still.
  Replica after(redis, {}, "ba");
  const auto flight = after.step(server, v1::CALL_DO_HANDSHAKE, hello);
  EXPECT_FALSE(flight.output().empty()) << flight.ShortDebugString();
  EXPECT_EQ(after.step(client, v1::CALL_DO_HANDSHAKE, flight.output()).state(), "Connected");
}

}  // namespace
}  // namespace stepshake::server
