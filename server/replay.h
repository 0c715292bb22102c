// Does a recorded session's steps again, and looks where the answers part.
#pragma once

#include "absl/status/status.h"
#include "server/session_store.h"
#include "server/stepping.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// FAILED_PRECONDITION, reason NO_HISTORY, where there are no steps to do again, or where the session is a blocking one:
// what its calls waited for is not in its history.
absl::Status replay(const SessionStore::History& session, const Stepping& stepping,
                    v1::ReplaySessionResponse& response);

}  // namespace stepshake::server
