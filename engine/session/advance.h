// Moves a session on: one turn a call. Bytes take one way: deframe, unprotect, reassemble, handle, effects, protect.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "base/bytes.h"
#include "base/reason.h"
#include "handshake/questions.h"
#include "policy/config.h"
#include "session/outcome.h"
#include "session/session.h"

namespace stepshake::session {

// Leaves Start: a client sends its hello, a server waits for one. The role is set, the state is Start.
// `early_data`: the hello announces 0-RTT data, if a PSK allows it.
Outcome begin(Session& session, const policy::Config& config, const Inputs& inputs,
              bool early_data = false);

// How many bytes the record at hand still needs; at least 1.
std::size_t wanted(const Session& session);

// Takes at most wanted() bytes, and handles the record that they complete.
Outcome receive(Session& session, const policy::Config& config, const Inputs& inputs,
                BytesView bytes);

// There is more to do with what has come: a step by message leaves what follows its message.
bool can_proceed(const Session& session, const policy::Config& config);
// Does it, message by message where the configuration says so.
Outcome proceed(Session& session, const policy::Config& config, const Inputs& inputs);

// What the session waits for from its own side; nothing where it waits for the peer, or for nothing.
std::optional<handshake::Question> question_of(const Session& session);
// The question is open, and of a kind that takes this answer. Goes on under `config`, which may be another one than
// the session had so far.
Outcome answer(Session& session, const policy::Config& config, const Inputs& inputs,
               const handshake::Answer& answer);

// What ends a session from outside a record: the transport ended without close_notify (unexpected_eof), there is no
// transport (read_bio_not_set), or data came that nobody would read any more (data_after_close_notify).
Outcome abort(Session& session, const policy::Config& config, Reason reason, std::string detail);

// Application data; the session is connected and its sending half open.
Outcome send(Session& session, const policy::Config& config, const Inputs& inputs,
             BytesView application_data);

// 0-RTT data of a client; at most session.early_data_left bytes, and only while sends_early_data.
Outcome send_early_data(Session& session, const policy::Config& config, const Inputs& inputs,
                        BytesView data);
bool sends_early_data(const Session& session);

// Post-handshake messages of our own accord; the session is connected.
// RFC 8446 4.6.3: new keys for what we send, and for what the peer sends where `request_peer_update`.
Outcome update_keys(Session& session, const policy::Config& config, const Inputs& inputs,
                    bool request_peer_update);
// RFC 8446 4.6.2: asks the client for its certificate. Only where
// facts.post_handshake_auth, on a server.
Outcome request_client_certificate(Session& session, const policy::Config& config,
                                   const Inputs& inputs);

// RFC 5746: see handshake::renegotiate. Nothing where that is refused: the session stays as it is.
std::optional<Outcome> renegotiate(Session& session, const policy::Config& config,
                                   const Inputs& inputs);

// close_notify, once.
Outcome close(Session& session, const policy::Config& config);

}  // namespace stepshake::session
