// A server in the test's own process on a free loopback port, with a client beside it: what the tests of server/
// share.
#pragma once

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <chrono>
#include <memory>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "server/server.h"
#include "stepshake/v1/capability_service.grpc.pb.h"
#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::server {

// Made once for all tests of a process: an RSA key takes its time.
inline std::shared_ptr<const TestIdentities> shared_test_identities() {
  static const auto identities =
      std::make_shared<const TestIdentities>(TestIdentities::make(absl::Now()).value());
  return identities;
}

inline v1::SessionConfig client_config() {
  v1::SessionConfig config;
  config.set_role(v1::ROLE_CLIENT);
  config.set_server_name("localhost");
  config.set_trust_test_ca(true);
  return config;
}

inline v1::SessionConfig server_config(const std::string& test_identity = "ecdsa") {
  v1::SessionConfig config;
  config.set_role(v1::ROLE_SERVER);
  config.add_identities()->set_test_identity(test_identity);
  return config;
}

// The ErrorInfo of an error; empty where there is none.
inline google::rpc::ErrorInfo info_of(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  EXPECT_TRUE(details.ParseFromString(status.error_details()));
  EXPECT_EQ(details.code(), status.error_code());
  EXPECT_EQ(details.message(), status.error_message());
  if (details.details_size() == 1) {
    EXPECT_TRUE(details.details(0).UnpackTo(&info));
  }
  return info;
}

inline std::string field_of(const grpc::Status& status) {
  const auto info = info_of(status);
  const auto found = info.metadata().find("field");
  return found == info.metadata().end() ? "" : found->second;
}

// Deadlines keep a test that hangs from hanging for good.
inline std::unique_ptr<grpc::ClientContext> new_context(int seconds = 60) {
  auto context = std::make_unique<grpc::ClientContext>();
  context->set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(seconds));
  return context;
}

class RunningServer {
 public:
  explicit RunningServer(const Limits& limits = {}, const Policies& policies = {},
                         std::shared_ptr<const ServiceKeys> keys = nullptr,
                         std::optional<TestIdentities> identities = std::nullopt,
                         std::optional<RedisOptions> redis = std::nullopt) {
    auto log = std::make_shared<Log>(
        std::make_shared<spdlog::logger>(
            "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log_text_)),
        LogFormat::text);
    ServerOptions options;
    options.listen = {{"127.0.0.1", 0}};
    options.limits = limits;
    options.policies = policies;
    options.test_identities = identities
                                  ? std::make_shared<const TestIdentities>(*std::move(identities))
                                  : shared_test_identities();
    options.keys = std::move(keys);
    options.redis = std::move(redis);
    options.log = std::move(log);
    server_ = Server::start(std::move(options)).value();
    channel_ = new_channel();
    handshakes_ = v1::HandshakeService::NewStub(channel_);
  }

  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] v1::HandshakeService::Stub& handshakes() { return *handshakes_; }
  [[nodiscard]] const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }
  // Only after the server was drained.
  [[nodiscard]] std::string log_text() const { return log_text_.str(); }

  // A connection of its own.
  [[nodiscard]] std::shared_ptr<grpc::Channel> new_channel() const {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
    return grpc::CreateCustomChannel(server_->addresses().front().text(),
                                     grpc::InsecureChannelCredentials(), arguments);
  }

  grpc::Status create(const v1::SessionConfig& config, v1::Session* session = nullptr) {
    v1::CreateSessionRequest request;
    *request.mutable_config() = config;
    v1::CreateSessionResponse response;
    const auto status = handshakes_->CreateSession(new_context().get(), request, &response);
    if (session != nullptr) *session = response.session();
    return status;
  }

  // The name of a new session; a failure of the test where it is refused.
  std::string name_of_new(const v1::SessionConfig& config) {
    v1::Session session;
    const auto status = create(config, &session);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return session.name();
  }

  grpc::Status get(const std::string& name, v1::Session* session = nullptr) {
    v1::GetSessionRequest request;
    request.set_name(name);
    v1::GetSessionResponse response;
    const auto status = handshakes_->GetSession(new_context().get(), request, &response);
    if (session != nullptr) *session = response.session();
    return status;
  }

  grpc::Status remove(const std::string& name) {
    v1::DeleteSessionRequest request;
    request.set_name(name);
    v1::DeleteSessionResponse response;
    return handshakes_->DeleteSession(new_context().get(), request, &response);
  }

  grpc::Status list(const v1::ListSessionsRequest& request, v1::ListSessionsResponse* response) {
    return handshakes_->ListSessions(new_context().get(), request, response);
  }

  grpc::Status try_step(const v1::StepRequest& request, v1::StepResponse* response = nullptr) {
    v1::StepResponse ignored;
    return handshakes_->Step(new_context().get(), request,
                             response != nullptr ? response : &ignored);
  }

  v1::StepResponse step(const v1::StepRequest& request) {
    v1::StepResponse response;
    const auto status = try_step(request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }

  v1::StepResponse step(const std::string& name, v1::Call call, const std::string& input = {}) {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(call);
    request.set_input(input);
    return step(request);
  }

 private:
  std::ostringstream log_text_;
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<v1::HandshakeService::Stub> handshakes_;
};

// The last answers of both sides after a handshake, and how many steps it took.
struct Shaken {
  v1::StepResponse client;
  v1::StepResponse server;
  int steps = 0;
};

// Carries bytes between two sessions until neither has any for the other. `step(name, input)` does a do_handshake.
template <class Step>
Shaken shake_hands(const std::string& client, const std::string& server, Step&& step) {
  Shaken shaken;
  std::string to_client;
  std::string to_server;
  constexpr int kMostTurns = 8;
  for (int turn = 0; turn < kMostTurns; ++turn) {
    shaken.client = step(client, to_client);
    to_server = shaken.client.output();
    shaken.server = step(server, to_server);
    to_client = shaken.server.output();
    shaken.steps += 2;
    if (to_client.empty() && turn > 0) break;
  }
  return shaken;
}

inline Shaken shake_hands(RunningServer& running, const std::string& client,
                          const std::string& server) {
  return shake_hands(client, server, [&](const std::string& name, const std::string& input) {
    return running.step(name, v1::CALL_DO_HANDSHAKE, input);
  });
}

}  // namespace stepshake::server
