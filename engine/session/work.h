// A turn under way. Private to session/.
#pragma once

#include <utility>

#include "handshake/turn.h"
#include "session/advance.h"
#include "session/fold.h"

namespace stepshake::session {

inline constexpr std::uint16_t kRecordVersion = 0x0303;

// The session, what the turn works with, and what it has done so far.
struct Work {
  Session& session;
  const policy::Config& config;
  std::int64_t now;
  crypto::Random random;
  Outcome& outcome;

  handshake::Turn turn() { return {config, now, random, session.transcript, session.facts}; }
  void note(Event event) const { outcome.events.push_back(event); }
  [[nodiscard]] Result<void> carry_out(handshake::Turn& turn,
                                       std::uint16_t record_version = kRecordVersion) const {
    return fold(session, turn.take_effects(),
                {{record_version, config.record_padding},
                 config.limits.tickets,
                 outcome.events,
                 outcome.key_log});
  }
};

// Runs `body` as the session's next turn; its failure ends the session.
template <class Body>
Outcome run(Session& session, const policy::Config& config, const Inputs& inputs, Body body) {
  Outcome outcome;
  Work work{session, config, inputs.now, crypto::Random(inputs.entropy, session.turns++), outcome};
  if (Result<void> done = body(work); !done) {
    end(session, std::move(done).failure(), outcome.events);
    outcome.failure = session.failure;
  }
  return outcome;
}

}  // namespace stepshake::session
