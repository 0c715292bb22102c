// The server's flight of TLS 1.2 and older: ServerHello up to ServerHelloDone (RFC 5246 7.4.1.3 to 7.4.5), or, with a
// resumed session, up to Finished.
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "policy/negotiation12.h"
#include "wire/certificate_verify12.h"
#include "wire/client_hello.h"

namespace stepshake::handshake::server12 {

// Up to the signature where the key is elsewhere.
using FlightOrSignature = Next<AwaitSignature, WaitCertificate, WaitClientKeyExchange>;
Result<FlightOrSignature> send_flight(const wire::ClientHello& hello,
                                      const policy::Choice12& choice,
                                      std::optional<Established12> before, Turn& turn);

// From ServerKeyExchange's signature on. `params` is what it signs, as it stands in the message.
using Flight = Next<WaitCertificate, WaitClientKeyExchange>;
Result<Flight> conclude_flight(Agreed12 agreed, ServerShare share, BytesView params,
                               const wire::DigitallySigned& proof, Turn& turn);

Result<WaitChangeCipherSpec> resume(const wire::ClientHello& hello, const policy::Psk& session,
                                    Turn& turn);

}  // namespace stepshake::handshake::server12
