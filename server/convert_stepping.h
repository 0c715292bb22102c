// How a session stops and what it tells of its steps: SessionConfig's members of that kind.
#pragma once

#include "absl/status/status.h"
#include "policy/config.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

// INVALID_ARGUMENT, naming the field.
absl::Status set_stepping(const v1::SessionConfig& from, policy::Config& to);

}  // namespace stepshake::server
