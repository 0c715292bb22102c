// Moves a session on: one turn a call. Bytes take one way: deframe, unprotect, reassemble, handle, effects, protect.
#pragma once

#include <cstddef>
#include <optional>

#include "base/bytes.h"
#include "base/reason.h"
#include "policy/config.h"
#include "session/session.h"

namespace stepshake::session {

// What a turn did. A failure is the session's end: its alert is in the session's output.
struct Outcome {
  Events events;
  std::optional<Failure> failure;
};

// Leaves Start: a client sends its hello, a server waits for one. The role is set, the state is Start.
Outcome begin(Session& session, const policy::Config& config, const Inputs& inputs);

// How many bytes the record at hand still needs; at least 1.
std::size_t wanted(const Session& session);

// Takes at most wanted() bytes, and handles the record that they complete.
Outcome receive(Session& session, const policy::Config& config, const Inputs& inputs,
                BytesView bytes);

// What ends a session from outside a record: the transport ended without close_notify (unexpected_eof), there is no
// transport (read_bio_not_set), or data came that nobody would read any more (data_after_close_notify).
Outcome abort(Session& session, Reason reason, std::string detail);

// Application data; the session is connected and its sending half open.
Outcome send(Session& session, const policy::Config& config, const Inputs& inputs,
             BytesView application_data);

// close_notify, once.
Outcome close(Session& session);

}  // namespace stepshake::session
