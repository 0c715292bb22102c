#include "server/server.h"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "server/connections.h"
#include "server/endpoint_tls.h"
#include "server/redis_store_values.h"

namespace stepshake::server {
namespace {

// What comes beside a request's bytes: names, numbers, framing.
constexpr std::size_t kMessageOverhead = 65'536;
constexpr std::size_t kLeastMessageSize = 4'194'304;  // gRPC's own default

// How long gRPC may take to bring the last answers out, and to cut off those who only watch
// (health, reflection).
constexpr absl::Duration kLastWords = absl::Seconds(1);

// How long calls are still answered, with SHUTTING_DOWN, when none is left in flight: a caller that has just had its
// answer calls again at once, and is told why not.
constexpr absl::Duration kFarewell = absl::Milliseconds(250);

constexpr absl::Duration kHousekeepingPeriod = absl::Seconds(1);
constexpr absl::Duration kStorePatience = absl::Seconds(30);
constexpr absl::Duration kStoreRetryPeriod = absl::Milliseconds(500);
constexpr absl::Duration kTokenLookPeriod = absl::Seconds(1);

// Large enough that what exceeds a limit of ours gets an error of ours, which says what to do.
int max_message_size(const Limits& limits) {
  const std::size_t ours =
      std::max(
          2 * std::max({limits.max_pending_bytes, limits.max_config_bytes, limits.max_step_input}),
          limits.max_session_bytes + limits.max_history_bytes) +
      kMessageOverhead;
  return static_cast<int>(std::clamp<std::size_t>(ours, kLeastMessageSize, 1U << 30U));
}

// Null where there is no file.
absl::StatusOr<std::shared_ptr<Reloaded<Tokens>>> read_tokens(const ServerOptions& options,
                                                              std::shared_ptr<Metrics> metrics) {
  std::shared_ptr<Reloaded<Tokens>> tokens;
  if (options.token_file.empty()) return tokens;
  auto started = Reloaded<Tokens>::start(
      {"tokens",
       {options.token_file},
       [file = options.token_file] { return Tokens::read(file); },
       kTokenLookPeriod,
       options.log,
       [metrics = std::move(metrics)](bool loaded) { metrics->reloaded("tokens", loaded); }});
  if (!started.ok()) return started.status();
  return std::shared_ptr<Reloaded<Tokens>>(*std::move(started));
}

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> make_credentials(
    const ServerOptions& options, std::shared_ptr<Metrics> metrics) {
  if (options.tls.certificate_chain.empty()) return grpc::InsecureServerCredentials();
  auto certificates = ClientCertificates::none;
  if (!options.tls.client_authorities.empty()) {
    certificates =
        options.token_file.empty() ? ClientCertificates::required : ClientCertificates::optional;
  }
  return endpoint_tls(
      options.tls, certificates, options.log,
      [metrics = std::move(metrics)](bool loaded) { metrics->reloaded("certificates", loaded); });
}

// A store that starts together with this server may take a moment longer.
absl::StatusOr<std::shared_ptr<const TestIdentities>> share_once_reachable(
    Redis& redis, const ServerOptions& options) {
  const absl::Time deadline = absl::Now() + kStorePatience;
  for (bool told = false;; told = true) {
    auto shared = share_test_identities(redis, *options.keys, options.test_identities);
    if (!absl::IsUnavailable(shared.status()) || absl::Now() > deadline) return shared;
    if (!told) {
      options.log->warning("waiting for the store",
                           LogFields().add("reason", std::string(shared.status().message())));
    }
    absl::SleepFor(kStoreRetryPeriod);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::start(ServerOptions options) {
  // Settings of the process, the last two for servers built from now on. Debian's Abseil looks for deadlocks at each
  // lock unless it is told not to.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();

  const auto metrics = std::make_shared<Metrics>();
  auto tokens = read_tokens(options, metrics);
  if (!tokens.ok()) return tokens.status();
  auto credentials = make_credentials(options, metrics);
  if (!credentials.ok()) return credentials.status();
  if (!options.test_identities) {
    auto made = TestIdentities::make(absl::Now());
    if (!made.ok()) return made.status();
    options.test_identities = std::make_shared<const TestIdentities>(*std::move(made));
  }
  if (!options.keys) {
    options.keys = std::make_shared<const ServiceKeys>(ServiceKeys::of_this_process());
  }
  std::shared_ptr<Redis> redis;
  if (options.redis) {
    redis = std::make_shared<Redis>(*options.redis);
    auto shared = share_once_reachable(*redis, options);
    if (!shared.ok()) return shared.status();
    options.test_identities = *std::move(shared);
  }
  std::unique_ptr<Server> server(
      new Server(std::move(options), *std::move(tokens), *std::move(credentials), metrics, redis));
  absl::Status status = server->listen();
  if (status.ok()) status = server->listen_beside();
  if (!status.ok()) return status;
  server->keep_house();
  return server;
}

Server::Server(ServerOptions options, std::shared_ptr<Reloaded<Tokens>> tokens,
               std::shared_ptr<grpc::ServerCredentials> credentials,
               std::shared_ptr<Metrics> metrics, const std::shared_ptr<Redis>& redis)
    : options_(std::move(options)),
      metrics_(std::move(metrics)),
      credentials_(std::move(credentials)),
      authenticator_(std::move(tokens), !options_.tls.client_authorities.empty()),
      sessions_(options_.limits, options_.policies, options_.test_identities, options_.keys, redis,
                options_.log, *metrics_),
      reception_(options_.limits, authenticator_, *metrics_, *options_.log),
      handshake_service_(sessions_, reception_),
      capability_service_(*options_.test_identities, reception_) {}

absl::Status Server::listen() {
  const auto& addresses = options_.listen;
  grpc::ServerBuilder builder;
  // Else a second server on the same port would take half of the first one's callers.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.SetMaxReceiveMessageSize(max_message_size(options_.limits));
  builder.RegisterService(&handshake_service_);
  builder.RegisterService(&capability_service_);
  if (!options_.reflection) leave_out_reflection(builder);
  std::vector<int> ports(addresses.size(), 0);
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    builder.AddListeningPort(addresses[i].text(), credentials_, &ports[i]);
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
  return absl::OkStatus();
}

absl::Status Server::listen_beside() {
  if (options_.health_listen) {
    auto health = HealthServer::start(*options_.health_listen);
    if (!health.ok()) return health.status();
    health_ = *std::move(health);
  }
  metrics_->add_gauge("stepshake_sessions", "Sessions that there are.",
                      [this] { return static_cast<double>(sessions_.count()); });
  metrics_->add_gauge("stepshake_streams", "Streams that are open.",
                      [this] { return static_cast<double>(reception_.open_streams()); });
  if (options_.metrics_listen) {
    auto endpoint = MetricsEndpoint::start(*options_.metrics_listen, *metrics_);
    if (!endpoint.ok()) return endpoint.status();
    metrics_endpoint_ = *std::move(endpoint);
    options_.metrics_listen = metrics_endpoint_->address();
  }
  set_liveness(*grpc_);
  tell_readiness(true);
  return absl::OkStatus();
}

// Only what is new: gRPC brings every telling to those who watch.
void Server::tell_readiness(bool ready) {
  if (ready_ == ready) return;
  ready_ = ready;
  set_readiness(*grpc_, ready);
  if (health_) health_->set_readiness(ready);
}

void Server::keep_house() {
  housekeeping_.emplace(kHousekeepingPeriod, [this] {
    sessions_.sweep(absl::Now());
    tell_readiness(sessions_.ready());
  });
}

bool Server::drain(absl::Duration timeout) {
  if (!grpc_) return true;
  const absl::Time deadline = absl::Now() + timeout;
  housekeeping_.reset();
  tell_readiness(false);
  reception_.close();
  handshake_service_.close();
  const bool all_ended = reception_.wait_for_none(deadline);
  if (all_ended) absl::SleepFor(std::min(kFarewell, deadline - absl::Now()));
  end_connections(addresses_);
  const absl::Time last = all_ended ? std::min(deadline, absl::Now() + kLastWords) : absl::Now();
  grpc_->Shutdown(absl::ToChronoTime(last));
  grpc_.reset();
  health_.reset();
  sessions_.end_work();
  sessions_.end_all();
  metrics_->drop_gauges();
  return all_ended;
}

}  // namespace stepshake::server
