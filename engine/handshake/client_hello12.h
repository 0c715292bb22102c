// A client's first two messages as far as TLS 1.2 and older are concerned: what the ClientHello offers them, and the
// ServerHello that chose one of them.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"
#include "wire/server_hello.h"

namespace stepshake::handshake::client12 {

// The configuration's session that can be resumed, if there is one; its place in `psks`.
std::optional<std::uint16_t> resumable_session(const Turn& turn);

// Adds what the enabled versions before TLS 1.3 need. `before`: the connection that is renegotiated.
void add_offer(wire::ClientHello& hello, std::optional<std::uint16_t> session,
               const std::optional<Established12>& before, Turn& turn);

// A ServerHello that chose a version before TLS 1.3, to the hello that was offered.
using AfterHello = Next<WaitCertificate, WaitServerKeyExchange, WaitKeyExchangeOrDone,
                        WaitNewSessionTicket, WaitChangeCipherSpec>;
Result<AfterHello> receive_hello(std::optional<std::uint16_t> session,
                                 const wire::ServerHello& hello, const wire::ClientHello& offered,
                                 std::optional<Established12> before, Turn& turn);

}  // namespace stepshake::handshake::client12
