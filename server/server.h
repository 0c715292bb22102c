// The server as one thing: the services on their ports, health and reflection beside them, until it
// is drained.
#pragma once

#include <grpcpp/server.h>
#include <spdlog/logger.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/capability_service.h"
#include "server/handshake_service.h"
#include "server/limits.h"
#include "server/listen_address.h"
#include "server/policies.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "server/test_identities.h"

namespace stepshake::server {

struct ServerOptions {
  std::vector<ListenAddress> listen;
  Limits limits;
  Policies policies;
  std::shared_ptr<const TestIdentities> test_identities;  // null: fresh ones
  std::shared_ptr<const ServiceKeys> keys;                // null: one of this process alone
  std::optional<RedisOptions> redis;  // where sessions are kept; nothing: in memory. Needs `keys`
  std::shared_ptr<spdlog::logger> log;
};

class Server {
 public:
  // Serves when it returns. UNAVAILABLE where an address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> start(ServerOptions options);

  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() { drain(absl::ZeroDuration()); }

  // Where it listens, ports and all; the order is that of the options.
  [[nodiscard]] const std::vector<ListenAddress>& addresses() const { return addresses_; }

  // Health says NOT_SERVING, calls that come are refused, those in flight end, each session's end
  // is logged, and nothing listens any more. Returns within `timeout` and a moment, true where
  // no call was cut off. A second time it does nothing.
  bool drain(absl::Duration timeout);

 private:
  Server(ServerOptions options, std::shared_ptr<const TestIdentities> test_identities,
         const std::shared_ptr<Redis>& redis);
  absl::Status listen(const std::vector<ListenAddress>& addresses);

  std::shared_ptr<spdlog::logger> log_;
  const Limits limits_;
  std::shared_ptr<const TestIdentities> test_identities_;
  Sessions sessions_;
  Reception reception_;
  HandshakeService handshake_service_;
  CapabilityService capability_service_;
  std::vector<ListenAddress> addresses_;
  std::unique_ptr<grpc::Server> grpc_;  // last: it goes before what it calls
};

}  // namespace stepshake::server
