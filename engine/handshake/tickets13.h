// NewSessionTicket (RFC 8446 4.6.1): a server makes them, a client keeps them.
#pragma once

#include "base/result.h"
#include "handshake/keys13.h"
#include "handshake/turn.h"
#include "wire/new_session_ticket.h"

namespace stepshake::handshake {

// As many tickets as the configuration has it; none where there is no key to seal them with.
void send_tickets(const ApplicationKeys& keys, Turn& turn);

Result<void> receive_ticket(const ApplicationKeys& keys, const wire::NewSessionTicket& message,
                            Turn& turn);

}  // namespace stepshake::handshake
