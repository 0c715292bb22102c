// The server's side of TLS 1.3 (RFC 8446 A.2): one overload of `on` for each message that a state takes.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate.h"
#include "wire/certificate_verify.h"
#include "wire/client_hello.h"
#include "wire/end_of_early_data.h"
#include "wire/finished.h"
#include "wire/key_update.h"

namespace stepshake::handshake::server13 {

// Where the server's flight leads, after a first hello, and after one that needs no retry.
using Flight = Next<WaitSecondClientHello, WaitEndOfEarlyData, WaitCertificate, WaitFinished>;
using LastFlight = Next<WaitEndOfEarlyData, WaitCertificate, WaitFinished>;

// A first ClientHello for which TLS 1.3 was chosen.
Result<Flight> receive_hello(const wire::ClientHello& hello, Turn& turn);

Result<LastFlight> on(WaitSecondClientHello state, const wire::ClientHello& hello, Turn& turn);
Result<Next<WaitFinished>> on(WaitEndOfEarlyData state, const wire::EndOfEarlyData& message,
                              Turn& turn);
Result<Next<WaitCertificateVerify, WaitFinished>> on(WaitCertificate state,
                                                     const wire::Certificate& message, Turn& turn);
Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn);
Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn);
Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn);

}  // namespace stepshake::handshake::server13
