// Sessions of TLS 1.2 and older that can be resumed: by ticket (RFC 5077) or by session id (RFC 5246 F.1.4).
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/keys12.h"
#include "handshake/turn.h"
#include "policy/psk.h"
#include "wire/new_session_ticket12.h"

namespace stepshake::handshake {

// Seconds that a session may still live: `lifetime` where this handshake made it, and no more than are left where it is
// resumed. RFC 5246 F.1.4: what limits a session is its master secret's age, which a resumption does not make less.
std::uint32_t rest_of_life(const Agreed12& agreed, std::uint32_t lifetime, std::int64_t now);

namespace client12 {

// What a client keeps of a session: by the ticket that came, or by the server's id; nothing where it has neither.
std::optional<policy::Psk> session_of(const Agreed12& agreed,
                                      const schedule::MasterSecret12& master,
                                      const wire::NewSessionTicket12& message, const Turn& turn);
std::optional<policy::Psk> session_of_id(const Agreed12& agreed,
                                         const schedule::MasterSecret12& master, const Turn& turn);

}  // namespace client12

namespace server12 {

// This configuration has something to give a client: a ticket where the client takes them, or else a session id.
bool issues_tickets(const policy::Config& config);
bool issues_session_ids(const policy::Config& config);

// Sends a NewSessionTicket for the session.
void send_ticket12(const Agreed12& agreed, const schedule::MasterSecret12& master, Turn& turn);
// The session goes to the store under its id.
void store_session12(const Agreed12& agreed, const schedule::MasterSecret12& master, Turn& turn);

}  // namespace server12

}  // namespace stepshake::handshake
