// Carries a turn's effects out on a session, in their order.
#pragma once

#include <vector>

#include "base/result.h"
#include "handshake/turn.h"
#include "session/session.h"

namespace stepshake::session {

// `record_version` is that of records in the clear. Fails where read keys would change in mid-message.
Result<void> fold(Session& session, std::vector<handshake::Effect> effects,
                  std::uint16_t record_version, Events& events);

// Sends an alert under the keys in force.
void send_alert(Session& session, Alert alert, Events& events);

// Ends a session: sends the failure's alert, if it has one, and forgets everything secret.
void end(Session& session, Failure failure, Events& events);

}  // namespace stepshake::session
