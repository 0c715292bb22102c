#include "server/policies.h"

#include "server/status.h"

namespace stepshake::server {

absl::Status check_policies(const v1::SessionConfig& config, const Policies& policies) {
  if (config.key_log() && !policies.allow_key_log) {
    return denied_by_policy("--allow-key-log", "key_log", "gives the session's secrets out");
  }
  if (config.trace() && !policies.allow_secrets) {
    return denied_by_policy("--allow-secrets", "trace", "shows what goes over encrypted");
  }
  if (config.has_deterministic() && !policies.allow_deterministic) {
    return denied_by_policy("--allow-deterministic", "deterministic",
                            "makes all secrets of the session follow from its seed");
  }
  // RFC 8446 8: a sealed ticket is taken any number of times, and its 0-RTT data with it.
  const bool replayable = config.ticket_storage() != v1::TICKET_STORAGE_STORED;
  if (config.max_early_data_size() != 0 && replayable && !policies.allow_early_data_replay) {
    return denied_by_policy("--allow-early-data-replay", "max_early_data_size",
                            "lets 0-RTT data be replayed unless ticket_storage is STORED");
  }
  return absl::OkStatus();
}

absl::Status check_export_policy(const Policies& policies) {
  if (policies.allow_secrets) return absl::OkStatus();
  return denied_by_policy("--allow-secrets", "label", "asks for keying material");
}

}  // namespace stepshake::server
