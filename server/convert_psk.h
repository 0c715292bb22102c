// The part of a SessionConfig that is about pre-shared keys, tickets and 0-RTT data. A part of convert_config.
#pragma once

#include "absl/status/status.h"
#include "policy/config.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

// After the role. INVALID_ARGUMENT, naming the field.
absl::Status set_pre_shared_keys(const v1::SessionConfig& from, policy::Config& to);
absl::Status set_tickets(const v1::SessionConfig& from,
                         const std::vector<policy::TicketKey>& ticket_keys, policy::Config& to);

}  // namespace stepshake::server
