// What the server tells its operator: a log on stderr, one line when a session ends. Never a
// secret.
#pragma once

#include <spdlog/logger.h>

#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "server/session_store.h"

namespace stepshake::server {

// Lines on stderr, UTC first. `level`: trace, debug, info, warning, error, critical or off.
std::shared_ptr<spdlog::logger> make_log(absl::string_view level);

// gRPC's own messages go into `log` from now on, at level debug: what matters of them is told by
// the server.
void take_grpc_messages(const std::shared_ptr<spdlog::logger>& log);

// What is logged of a session when it ends: role, steps, outcome, what was agreed, the failure.
std::string summary(const SessionRecord& record);

}  // namespace stepshake::server
