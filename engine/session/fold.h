// Carries a turn's effects out on a session, in their order.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "handshake/turn.h"
#include "session/session.h"

namespace stepshake::session {

// What effects work on beside the session.
struct Surroundings {
  record::Dress dress;
  std::size_t most_tickets;
  Events& events;
  std::vector<std::string>& key_log;
};

// Fails where read keys would change in mid-message.
Result<void> fold(Session& session, std::vector<handshake::Effect> effects,
                  const Surroundings& surroundings);

// Sends an alert under the keys in force.
void send_alert(Session& session, Alert alert, Events& events);

// Ends a session: sends the failure's alert, if it has one, and forgets everything secret.
void end(Session& session, Failure failure, Events& events);

}  // namespace stepshake::session
