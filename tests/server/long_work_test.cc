// Work that takes long holds up nobody: which work that is, and that all other work is done while it waits.
#include "server/long_work.h"

#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <future>

#include "absl/synchronization/notification.h"
#include "server/handshake_service.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

constexpr std::uint32_t kX25519 = 0x001d;
constexpr std::uint32_t kSecp384r1 = 0x0018;
constexpr std::uint32_t kFfdhe4096 = 0x0102;

v1::SessionConfig with_groups(std::initializer_list<std::uint32_t> groups) {
  auto config = client_config();
  for (const std::uint32_t group : groups) config.add_groups(group);
  return config;
}

TEST(LongWork, IsToldByTheConfiguration) {
  ConfigCache configs(shared_test_identities(), {Secret(32)}, 10);
  const auto is_long = [&](const v1::SessionConfig& config) {
    return configs.get(config).value()->long_work;
  };
  EXPECT_FALSE(is_long(client_config()));
  for (const char* short_key : {"ecdsa", "rsa", "ed25519"}) {
    EXPECT_FALSE(is_long(server_config(short_key))) << short_key;
  }
  EXPECT_TRUE(is_long(with_groups({kSecp384r1, kX25519})));
  EXPECT_FALSE(is_long(with_groups({kX25519, kSecp384r1})));
  EXPECT_TRUE(is_long(with_groups({kX25519, kFfdhe4096})));

  auto config = server_config("ecdsa384");
  EXPECT_TRUE(is_long(config));
  const TestIdentity* found = nullptr;
  for (const TestIdentity& one : shared_test_identities()->all()) {
    if (one.name == "ecdsa384") found = &one;
  }
  ASSERT_NE(found, nullptr);
  config.mutable_identities(0)->mutable_remote()->set_certificate_chain(found->certificate_chain);
  EXPECT_FALSE(is_long(config));  // it signs nothing itself

  for (const unsigned bits : {2'048U, 3'072U}) {
    policy::Config engine = policy::default_config();
    const std::shared_ptr<EVP_PKEY> key(EVP_RSA_gen(bits), EVP_PKEY_free);
    engine.identities.push_back({{}, crypto::PrivateKey(key)});
    EXPECT_EQ(takes_long(engine), bits > 2'048U);
  }
}

// A service of its own, whose one thread for long work the test takes and gives back.
class LongWorkLane : public ::testing::Test {
 protected:
  LongWorkLane()
      : keys_(std::make_shared<const ServiceKeys>(ServiceKeys::of_this_process())),
        log_(std::make_shared<Log>(std::make_shared<spdlog::logger>("test"), LogFormat::text)),
        sessions_(limits(), {}, shared_test_identities(), keys_, nullptr, log_, metrics_),
        reception_(limits(), authenticator_, metrics_, *log_),
        service_(sessions_, reception_) {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    stub_ = v1::HandshakeService::NewStub(server_->InProcessChannel({}));
    absl::Notification taken;
    EXPECT_TRUE(Sessions::run(sessions_.long_lane(), [&] {
      taken.Notify();
      given_back_.WaitForNotification();
    }));
    taken.WaitForNotification();
  }
  ~LongWorkLane() override {
    if (!given_back_.HasBeenNotified()) given_back_.Notify();
    server_->Shutdown();
    sessions_.end_work();
  }

  static Limits limits() {
    Limits limits;
    limits.long_work_threads = 1;
    limits.max_long_work = 2;
    return limits;
  }

  std::string create(const v1::SessionConfig& config) {
    v1::CreateSessionRequest request;
    *request.mutable_config() = config;
    v1::CreateSessionResponse response;
    const auto status = stub_->CreateSession(new_context().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.session().name();
  }

  grpc::Status step(const std::string& name, v1::StepResponse* response) {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(v1::CALL_DO_HANDSHAKE);
    return stub_->Step(new_context().get(), request, response);
  }

  const std::shared_ptr<const ServiceKeys> keys_;
  const std::shared_ptr<Log> log_;
  Metrics metrics_;
  const Authenticator authenticator_{nullptr, false};
  Sessions sessions_;
  Reception reception_;
  HandshakeService service_;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<v1::HandshakeService::Stub> stub_;
  absl::Notification given_back_;
};

TEST_F(LongWorkLane, OthersAreAnsweredWhileItWaits) {
  const std::string long_one = create(with_groups({kSecp384r1}));
  const std::string other_long = create(with_groups({kSecp384r1}));
  const std::string short_one = create(client_config());
  const auto context = new_context();
  const auto stream = stub_->RunSessions(context.get());
  v1::RunSessionsRequest request;
  for (const std::string& name : {long_one, short_one, long_one}) {
    request.add_steps()->set_name(name);
  }
  ASSERT_TRUE(stream->Write(request));
  v1::RunSessionsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_EQ(response.results_size(), 1);
  EXPECT_EQ(response.results(0).index(), 1U);

  auto unary = std::async(std::launch::async, [&] {
    v1::StepResponse answer;
    const auto status = step(other_long, &answer);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return answer.step();
  });
  v1::StepResponse answer;
  EXPECT_TRUE(step(short_one, &answer).ok());
  EXPECT_EQ(answer.step(), 2U);

  given_back_.Notify();
  EXPECT_EQ(unary.get(), 1U);
  std::vector<std::uint64_t> order;
  while (order.size() < 2 && stream->Read(&response)) {
    for (const auto& result : response.results()) order.push_back(result.index());
  }
  EXPECT_EQ(order, (std::vector<std::uint64_t>{0, 2}));
}

TEST_F(LongWorkLane, TooMuchOfItIsRefused) {
  const std::string name = create(with_groups({kSecp384r1}));
  ASSERT_TRUE(Sessions::run(sessions_.long_lane(), [] {}));
  ASSERT_TRUE(Sessions::run(sessions_.long_lane(), [] {}));
  v1::StepResponse answer;
  const auto status = step(name, &answer);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_NE(status.error_details().find("TOO_BUSY"), std::string::npos);
  const auto context = new_context();
  const auto stream = stub_->RunSessions(context.get());
  v1::RunSessionsRequest request;
  for (int i = 0; i < 3; ++i) request.add_steps()->set_name(name);
  ASSERT_TRUE(stream->Write(request));
  v1::RunSessionsResponse response;
  for (int refused = 0; refused < 3; refused += response.results_size()) {
    ASSERT_TRUE(stream->Read(&response));
    for (const auto& result : response.results()) {
      EXPECT_EQ(result.error().code(), static_cast<int>(grpc::StatusCode::UNAVAILABLE));
    }
  }
}

}  // namespace
}  // namespace stepshake::server
