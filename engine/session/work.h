// A turn under way. Private to session/.
#pragma once

#include <utility>
#include <vector>

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

  // What goes over in this turn.
  void note(Event event, BytesView bytes) const {
    if (config.trace) {
      outcome.trace.emplace_back(
          TracedMessage{event.direction, event.content_type, to_bytes(bytes)});
    }
    outcome.add(event);
  }

  [[nodiscard]] Result<void> carry_out(handshake::Turn& turn, Pace pace,
                                       std::uint16_t record_version = kRecordVersion) const {
    TRY(decide(session, turn.take_effects()));
    fold(session, pace, {{record_version, config.record_padding}, config, outcome});
    return {};
  }
};

// Handles the messages that have come: all, or one where the session steps by message; none while a question is open.
Result<void> handle_messages(Work& work);
bool has_message(const Session& session, const policy::Config& config);

// After the handshake its hashes are in the state, and only authentication after it wants the transcript.
void forget_transcript(Session& session);

// Runs `body` as the session's next turn; its failure ends the session.
template <class Body>
Outcome run(Session& session, const policy::Config& config, const Inputs& inputs, Body body) {
  Outcome outcome;
  Work work{session, config, inputs.now, crypto::Random(inputs.entropy, session.turns++), outcome};
  if (Result<void> done = body(work); !done) {
    end(session, std::move(done).failure(), config, outcome);
    outcome.failure = session.failure;
  }
  return outcome;
}

}  // namespace stepshake::session
