// A second handshake on a connection of TLS 1.2 or older (RFC 5246 7.4.1.1, RFC 5746).
#pragma once

#include "base/result.h"
#include "handshake/client_hello12.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"
#include "wire/hello_request.h"
#include "wire/server_hello.h"

namespace stepshake::handshake {

// What the handshake before has left in the facts gives way; the transcript is the ClientHello alone.
void begin_renegotiation(Turn& turn);

// RFC 5746, RFC 8446 4.1.2: a renegotiation changes much, and not the version.
Result<void> check_same_version(const wire::ClientHello& hello, const Turn& turn);

// As OpenSSL: what RFC 7627 5.3 says of a resumption holds for a renegotiation, which does not go back from the extended
// master secret: extended_master_secret_changed.
Result<void> check_extended_master_secret_stays(const Agreed12& agreed);

namespace client12 {

// Sends a hello that is bound to the connection.
WaitRenegotiationHello renegotiate(Connected state, Turn& turn);

// RFC 5246 7.4.1.1: a client may renegotiate, or say that it will not.
Result<Next<Connected, WaitRenegotiationHello>> on(Connected state,
                                                   const wire::HelloRequest& message, Turn& turn);
using AfterRenegotiationHello = Next<WaitCertificate, WaitServerKeyExchange, WaitKeyExchangeOrDone,
                                     WaitNewSessionTicket, WaitChangeCipherSpec>;
Result<AfterRenegotiationHello> on(WaitRenegotiationHello state, const wire::ServerHello& hello,
                                   Turn& turn);

}  // namespace client12

}  // namespace stepshake::handshake
