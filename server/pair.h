// RunPair: a whole handshake of two sessions with each other, which nobody keeps. This is the wire between them.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "server/config_cache.h"
#include "server/metrics.h"
#include "server/stepping.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// A side's configuration asks for nothing that one call cannot do. INVALID_FIELD.
absl::Status check_pair_config(const v1::SessionConfig& config, v1::Role role);

struct PairConfigs {
  std::shared_ptr<const SharedConfig> client;
  std::shared_ptr<const SharedConfig> server;
};

// An error only where a step exceeds a limit.
absl::Status run_pair(PairConfigs configs, std::int32_t max_steps, const Stepping& stepping,
                      Metrics& metrics, v1::RunPairResponse& response);

}  // namespace stepshake::server
