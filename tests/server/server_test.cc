#include "server/server.h"

#include <sys/socket.h>

#include <atomic>
#include <thread>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

ServerOptions options_for(std::vector<ListenAddress> addresses) {
  return {std::move(addresses),
          {},
          {},
          shared_test_identities(),
          std::make_shared<Log>(std::make_shared<spdlog::logger>("test"), LogFormat::text)};
}

TEST(Server, TakesAFreePortAndTellsIt) {
  const auto server = Server::start(options_for({{"127.0.0.1", 0}, {"127.0.0.1", 0}})).value();
  ASSERT_EQ(server->addresses().size(), 2U);
  EXPECT_NE(server->addresses()[0].port, 0);
  EXPECT_NE(server->addresses()[0].port, server->addresses()[1].port);
}

TEST(Server, SaysWhyItCannotListen) {
  const auto first = Server::start(options_for({{"127.0.0.1", 0}})).value();
  const auto& taken = first->addresses().front();
  for (const auto& addresses : {std::vector<ListenAddress>{taken}, {{"127.0.0.1", 0}, taken}}) {
    const auto second = Server::start(options_for(addresses));
    EXPECT_EQ(second.status().code(), absl::StatusCode::kUnavailable);
    EXPECT_EQ(second.status().message(),
              "cannot listen on " + taken.text() + ": Address already in use");
  }
}

TEST(Server, DrainedItListensNoMore) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  EXPECT_EQ(running.get(name).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));  // again: nothing
}

// Every call that is answered was a step, and every step that was done is answered.
TEST(Server, DrainsUnderLoad) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  std::atomic<bool> refused = false;
  std::atomic<int> steps = 0;
  std::vector<std::thread> callers;
  for (int i = 0; i < 3; ++i) {
    callers.emplace_back([&] {
      v1::StepRequest request;
      request.set_name(name);
      for (;;) {
        const auto status = running.try_step(request);
        if (!status.ok()) {
          EXPECT_EQ(status.error_code(), grpc::StatusCode::UNAVAILABLE) << status.error_message();
          refused = true;
          if (status.error_details().empty()) return;  // no word of ours: the connection has ended
          continue;
        }
        ++steps;
      }
    });
  }
  while (steps < 50) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_TRUE(running.server().drain(absl::Seconds(60)));
  for (std::thread& caller : callers) caller.join();
  EXPECT_TRUE(refused);
  EXPECT_NE(running.log_text().find(" steps=" + std::to_string(steps) + " "), std::string::npos)
      << steps << ": " << running.log_text();
}

}  // namespace
}  // namespace stepshake::server
