// The server's first flight (RFC 8446 2): the answer to a hello that has all that it needs.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "policy/negotiation.h"
#include "wire/client_hello.h"

namespace stepshake::handshake::server13 {

using Flight = Next<AwaitSignature, WaitEndOfEarlyData, WaitCertificate, WaitFinished>;

// From ServerHello to Finished; to Certificate where the key that signs is elsewhere. The choice has its share, and
// its certificate where no PSK authenticates.
Result<Flight> send_flight(const wire::ClientHello& hello, const policy::Choice& choice,
                           Turn& turn);

// The rest of such a flight, behind CertificateVerify: Finished.
Flight conclude_flight(HandshakeKeys keys, bool takes_tickets, Turn& turn);

// RFC 8446 D.4: after the server's first message, to a client whose session id asks for it.
void send_dummy_change_cipher_spec(const wire::ClientHello& client, Turn& turn);

}  // namespace stepshake::handshake::server13
