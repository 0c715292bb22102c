// RunPair: a whole handshake in one call.
#include <functional>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

v1::RunPairRequest pair_of(const v1::SessionConfig& client, const v1::SessionConfig& server) {
  v1::RunPairRequest request;
  *request.mutable_client() = client;
  *request.mutable_server() = server;
  return request;
}

grpc::Status run(RunningServer& running, const v1::RunPairRequest& request,
                 v1::RunPairResponse* response) {
  return running.handshakes().RunPair(new_context().get(), request, response);
}

v1::RunPairResponse run(RunningServer& running, const v1::RunPairRequest& request) {
  v1::RunPairResponse response;
  const auto status = run(running, request, &response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  return response;
}

// The two that are stepped by hand have the same ladder.
TEST(RunPair, IsWhatTwoSessionsWouldDo) {
  RunningServer running;
  for (const std::uint32_t version : {0x0303U, 0x0304U}) {
    auto client = client_config();
    client.set_max_version(version);
    client.set_trace(true);
    auto server = server_config();
    server.clear_role();
    const auto response = run(running, pair_of(client, server));
    EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_COMPLETE);
    EXPECT_EQ(response.client().negotiated().version().value(), version);
    EXPECT_EQ(response.client().state(), "Connected");
    EXPECT_TRUE(response.server().handshake_complete());
    EXPECT_EQ(response.server().role(), v1::ROLE_SERVER);
    EXPECT_FALSE(response.client().has_config() || response.client().has_expire_time());

    ASSERT_GE(response.steps_size(), 5);
    std::array<std::uint64_t, 2> steps{};
    std::size_t tickets = 0;
    for (const v1::PairStep& step : response.steps()) {
      const bool is_client = step.role() == v1::ROLE_CLIENT;
      EXPECT_EQ(step.response().step(), ++steps[is_client ? 0 : 1]);
      EXPECT_EQ(step.response().trace_size() > 0, is_client && step.response().messages_size() > 0);
      if (is_client) tickets = step.response().tickets_size();
    }
    EXPECT_EQ(response.steps(0).role(), v1::ROLE_CLIENT);
    EXPECT_EQ(response.steps(0).response().messages(0).handshake_type().value(), 1U);
    EXPECT_GT(tickets, 0U);
  }
  v1::ListSessionsResponse listed;
  ASSERT_TRUE(running.list({}, &listed).ok());
  EXPECT_EQ(listed.sessions_size(), 0);
}

TEST(RunPair, ResumesWithATicketOfAnEarlierPair) {
  RunningServer running;
  auto client = client_config();
  const auto first = run(running, pair_of(client, server_config()));
  const auto& ticket = first.steps(first.steps_size() - 1).response().tickets(0);
  client.add_pre_shared_keys()->set_ticket(ticket.value());
  const auto second = run(running, pair_of(client, server_config()));
  EXPECT_EQ(second.outcome(), v1::PAIR_OUTCOME_COMPLETE);
  EXPECT_EQ(second.client().negotiated().psk(), v1::PSK_ORIGIN_RESUMPTION);
}

TEST(RunPair, HowItEnds) {
  RunningServer running;
  auto client = client_config();
  auto server = server_config();
  auto request = pair_of(client, server);
  request.set_max_steps(2);
  auto response = run(running, request);
  EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_CUT_SHORT);
  EXPECT_EQ(response.steps_size(), 2);

  client.add_groups(0x001d);
  server.add_groups(0x0017);
  response = run(running, pair_of(client, server));
  EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_FAILED);
  EXPECT_EQ(response.server().failure().detail().empty(), false);
  EXPECT_TRUE(response.client().has_failure());  // it has been given the alert
  EXPECT_EQ(response.steps_size(), 3);

  server = server_config();
  server.set_method(v1::ROLE_CLIENT);  // its do_handshake returns 0, and fails nothing
  response = run(running, pair_of(client_config(), server));
  EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_STUCK);

  server = server_config();
  server.set_output_capacity(100);
  server.set_granularity(v1::GRANULARITY_MESSAGE);
  response = run(running, pair_of(client_config(), server));
  EXPECT_EQ(response.outcome(), v1::PAIR_OUTCOME_COMPLETE) << response.ShortDebugString();
}

TEST(RunPair, WhatOneCallCannotDoIsRefused) {
  Policies policies;
  policies.allow_secrets = false;
  RunningServer running({}, policies);
  struct Case {
    std::string field;
    std::function<void(v1::RunPairRequest&)> change;
    grpc::StatusCode code = grpc::StatusCode::INVALID_ARGUMENT;
  };
  const Case cases[] = {
      {"client.role", [](auto& request) { request.mutable_client()->set_role(v1::ROLE_SERVER); }},
      {"server.role", [](auto& request) { request.mutable_server()->set_role(v1::ROLE_CLIENT); }},
      {"client.blocking", [](auto& request) { request.mutable_client()->set_blocking(true); }},
      {"server.pause_on[0]",
       [](auto& request) { request.mutable_server()->add_pause_on(v1::PAUSE_POINT_CLIENT_HELLO); }},
      {"server.ticket_storage",
       [](auto& request) {
         request.mutable_server()->set_ticket_storage(v1::TICKET_STORAGE_STORED);
       }},
      {"server.identities[0].remote",
       [](auto& request) {
         request.mutable_server()->mutable_identities(0)->mutable_remote()->set_certificate_chain(
             shared_test_identities()->all().front().certificate_chain);
       }},
      {"server.identities", [](auto& request) { request.mutable_server()->clear_identities(); }},
      {"max_steps", [](auto& request) { request.set_max_steps(-1); }},
      {"client.trace", [](auto& request) { request.mutable_client()->set_trace(true); },
       grpc::StatusCode::PERMISSION_DENIED},
  };
  for (const Case& one : cases) {
    auto request = pair_of(client_config(), server_config());
    one.change(request);
    v1::RunPairResponse response;
    const auto status = run(running, request, &response);
    EXPECT_EQ(status.error_code(), one.code) << one.field;
    EXPECT_EQ(field_of(status), one.field);
  }
}

}  // namespace
}  // namespace stepshake::server
