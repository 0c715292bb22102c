#include "server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/redis_store_values.h"

namespace stepshake::server {
namespace {

// What comes beside a request's bytes: names, numbers, framing.
constexpr std::size_t kMessageOverhead = 65'536;
constexpr std::size_t kLeastMessageSize = 4'194'304;  // gRPC's own default

// How long gRPC may take to bring the last answers out, and to cut off those who only watch
// (health, reflection).
constexpr absl::Duration kLastWords = absl::Seconds(1);

// Large enough that what exceeds a limit of ours gets an error of ours, which says what to do.
int max_message_size(const Limits& limits) {
  const std::size_t ours =
      std::max(2 * std::max(limits.max_pending_bytes, limits.max_config_bytes),
               limits.max_session_bytes + limits.max_history_bytes) +
      kMessageOverhead;
  return static_cast<int>(std::clamp<std::size_t>(ours, kLeastMessageSize, 1U << 30U));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  // Both are settings of the process, for servers built from now on.
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  auto test_identities = options.test_identities;
  if (!test_identities) {
    auto made = TestIdentities::make(absl::Now());
    if (!made.ok()) return made.status();
    test_identities = std::make_shared<const TestIdentities>(*std::move(made));
  }
  if (!options.keys) {
    options.keys = std::make_shared<const ServiceKeys>(ServiceKeys::of_this_process());
  }
  std::shared_ptr<Redis> redis;
  if (options.redis) {
    redis = std::make_shared<Redis>(*options.redis);
    auto shared = share_test_identities(*redis, *options.keys, test_identities);
    if (!shared.ok()) return shared.status();
    test_identities = *std::move(shared);
  }
  const std::vector<ListenAddress> addresses = options.listen;
  std::unique_ptr<Server> server(new Server(std::move(options), std::move(test_identities), redis));
  const absl::Status status = server->listen(addresses);
  if (!status.ok()) return status;
  return server;
}

Server::Server(ServerOptions options, std::shared_ptr<const TestIdentities> test_identities,
               const std::shared_ptr<Redis>& redis)
    : log_(std::move(options.log)),
      limits_(options.limits),
      test_identities_(std::move(test_identities)),
      sessions_(limits_, options.policies, test_identities_, std::move(options.keys), redis, log_),
      reception_(limits_),
      handshake_service_(sessions_, reception_),
      capability_service_(*test_identities_, reception_) {}

absl::Status Server::listen(const std::vector<ListenAddress>& addresses) {
  grpc::ServerBuilder builder;
  // Else a second server on the same port would take half of the first one's callers.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(max_message_size(limits_));
  builder.RegisterService(&handshake_service_);
  builder.RegisterService(&capability_service_);
  std::vector<int> ports(addresses.size(), 0);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    builder.AddListeningPort(addresses[i].text(), grpc::InsecureServerCredentials(), &ports[i]);
  }
  grpc_ = builder.BuildAndStart();
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    if (ports[i] == 0) {
      grpc_.reset();
      return absl::UnavailableError(
          absl::StrCat("cannot listen on ", addresses[i].text(), ": ", why_not(addresses[i])));
    }
    addresses_.push_back({addresses[i].host, static_cast<std::uint16_t>(ports[i])});
  }
  if (!grpc_) return absl::UnavailableError("gRPC does not start a server");
  grpc::HealthCheckServiceInterface* const health = grpc_->GetHealthCheckService();
  health->SetServingStatus(std::string(v1::HandshakeService::service_full_name()), true);
  health->SetServingStatus(std::string(v1::CapabilityService::service_full_name()), true);
  return absl::OkStatus();
}

bool Server::drain(absl::Duration timeout) {
  if (!grpc_) return true;
  const absl::Time deadline = absl::Now() + timeout;
  grpc_->GetHealthCheckService()->SetServingStatus(false);
  reception_.close();
  handshake_service_.close();
  const bool all_ended = reception_.wait_for_none(deadline);
  const absl::Time last = all_ended ? std::min(deadline, absl::Now() + kLastWords) : absl::Now();
  grpc_->Shutdown(absl::ToChronoTime(last));
  grpc_.reset();
  sessions_.end_all("ended by the server's shutdown");
  return all_ended;
}

}  // namespace stepshake::server
