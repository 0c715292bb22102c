// Carries a turn's effects out on a session, in their order.
#pragma once

#include <vector>

#include "base/result.h"
#include "handshake/turn.h"
#include "policy/config.h"
#include "session/outcome.h"
#include "session/session.h"

namespace stepshake::session {

// What effects work on beside the session.
struct Surroundings {
  record::Dress dress;
  const policy::Config& config;
  Outcome& outcome;
};

// How far effects are carried out.
enum class Pace : std::uint8_t {
  all,
  one_message,     // up to the next message and what belongs behind it
  before_message,  // no message yet
};

// Queues effects. Fails where read keys would change in mid-message, and then nothing is queued.
Result<void> decide(Session& session, std::vector<handshake::Effect> effects);

// Carries queued effects out.
void fold(Session& session, Pace pace, const Surroundings& surroundings);

// Puts a record's or message's content into the output, under the keys in force.
void send_content(Session& session, wire::ContentType type, BytesView content,
                  const Surroundings& surroundings);

// Sends an alert under the keys in force.
void send_alert(Session& session, Alert alert, const policy::Config& config, Outcome& outcome);

// Ends a session: sends the failure's alert, if it has one, and forgets everything secret.
void end(Session& session, Failure failure, const policy::Config& config, Outcome& outcome);

}  // namespace stepshake::session
