// How a session stops and what it tells of its steps: SessionConfig's members of that kind.
#pragma once

#include "absl/status/status.h"
#include "policy/config.h"
#include "stepshake/v1/handshake_service.pb.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

// INVALID_ARGUMENT, naming the field.
absl::Status set_stepping(const v1::SessionConfig& from, policy::Config& to);

// What one try of a call did, before what the next did: messages, alerts, trace, secrets, bytes consumed.
void put_before(const v1::StepResponse& earlier, v1::StepResponse& later);

}  // namespace stepshake::server
