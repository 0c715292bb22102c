// SessionConfig -> policy::Config: what a caller asks for, made into what the engine works with.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "policy/config.h"
#include "server/test_identities.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

// One identity; INVALID_ARGUMENT, naming the field in it.
absl::StatusOr<policy::Identity> convert(const v1::Identity& identity,
                                         const TestIdentities& test_identities);

// INVALID_ARGUMENT, naming the field, for a configuration that cannot work. Without ticket keys a server sends no
// tickets.
absl::StatusOr<policy::Config> convert(const v1::SessionConfig& config,
                                       const TestIdentities& test_identities,
                                       const std::vector<policy::TicketKey>& ticket_keys = {});

}  // namespace stepshake::server
