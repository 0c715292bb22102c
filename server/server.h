// The server as one thing: the services on their ports, health, reflection and metrics beside them, until it
// is drained.
#pragma once

#include <grpcpp/server.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/authenticator.h"
#include "server/capability_service.h"
#include "server/handshake_service.h"
#include "server/health.h"
#include "server/limits.h"
#include "server/listen_address.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/metrics_endpoint.h"
#include "server/policies.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "server/test_identities.h"
#include "server/ticker.h"
#include "server/tls_files.h"

namespace stepshake::server {

struct ServerOptions {
  std::vector<ListenAddress> listen;
  Limits limits;
  Policies policies;
  std::shared_ptr<const TestIdentities> test_identities;  // null: fresh ones
  std::shared_ptr<Log> log;
  TlsFiles tls{};            // for `listen`
  std::string token_file{};  // empty: none
  bool reflection = true;
  std::optional<ListenAddress> health_listen{};   // without TLS
  std::optional<ListenAddress> metrics_listen{};  // HTTP
  std::shared_ptr<const ServiceKeys> keys{};      // null: one of this process alone
  std::optional<RedisOptions> redis{};  // where sessions are kept; nothing: in memory. Needs `keys`
};

class Server {
 public:
  // Serves when it returns. UNAVAILABLE where an address cannot be listened on, INVALID_ARGUMENT for a file that is
  // wrong.
  static absl::StatusOr<std::unique_ptr<Server>> start(ServerOptions options);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { drain(absl::ZeroDuration()); }

  // Where it listens, ports and all; the order is that of the options.
  [[nodiscard]] const std::vector<ListenAddress>& addresses() const { return addresses_; }
  [[nodiscard]] const std::optional<ListenAddress>& health_address() const {
    return options_.health_listen;
  }
  [[nodiscard]] const std::optional<ListenAddress>& metrics_address() const {
    return options_.metrics_listen;
  }

  // Health says NOT_SERVING, calls that come are refused, those in flight end, each session's end
  // is logged, and nothing listens any more. Returns within `timeout` and a moment, true where
  // no call was cut off. A second time it does nothing.
  bool drain(absl::Duration timeout);

 private:
  Server(ServerOptions options, std::shared_ptr<Reloaded<Tokens>> tokens,
         std::shared_ptr<grpc::ServerCredentials> credentials, std::shared_ptr<Metrics> metrics,
         const std::shared_ptr<Redis>& redis);
  absl::Status listen();
  absl::Status listen_beside();
  void tell_readiness(bool ready);
  void keep_house();

  ServerOptions options_;
  std::shared_ptr<Metrics> metrics_;
  std::shared_ptr<grpc::ServerCredentials> credentials_;
  const Authenticator authenticator_;
  Sessions sessions_;
  Reception reception_;
  HandshakeService handshake_service_;
  CapabilityService capability_service_;
  std::vector<ListenAddress> addresses_;
  std::optional<bool> ready_;  // as it was told last
  // These go before what they call.
  std::unique_ptr<grpc::Server> grpc_;
  std::unique_ptr<HealthServer> health_;
  std::unique_ptr<MetricsEndpoint> metrics_endpoint_;
  std::optional<Ticker> housekeeping_;
};

}  // namespace stepshake::server
