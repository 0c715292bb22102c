// Where Prometheus fetches the metrics: HTTP on an address of its own, at /metrics.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "server/listen_address.h"
#include "server/metrics.h"

namespace stepshake::server {

class MetricsEndpoint {
 public:
  // Serves when it returns. UNAVAILABLE where the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<MetricsEndpoint>> start(const ListenAddress& address,
                                                                const Metrics& metrics);
  virtual ~MetricsEndpoint() = default;

  // Where it listens, port and all.
  [[nodiscard]] virtual ListenAddress address() const = 0;
};

}  // namespace stepshake::server
