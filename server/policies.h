// What a session may ask for that gives secrets away or weakens it, each a flag of stepshaked.
#pragma once

#include "absl/status/status.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

struct Policies {
  bool allow_key_log = true;            // SessionConfig.key_log
  bool allow_secrets = true;            // SessionConfig.trace, ExportKeyingMaterial
  bool allow_deterministic = true;      // sessions whose every byte follows from a seed
  bool allow_early_data_replay = true;  // 0-RTT data on sealed tickets, which resume more than once
};

// PERMISSION_DENIED, reason DENIED_BY_POLICY, naming the flag, for what the policies do not allow.
absl::Status check_policies(const v1::SessionConfig& config, const Policies& policies);
absl::Status check_export_policy(const Policies& policies);

}  // namespace stepshake::server
