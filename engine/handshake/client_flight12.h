// The client's second flight of a full handshake of TLS 1.2 or older: Certificate, ClientKeyExchange, CertificateVerify,
// Finished (RFC 5246 7.4.6 to 7.4.9).
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/client12.h"
#include "handshake/states.h"
#include "handshake/turn.h"

namespace stepshake::handshake::client12 {

// Up to Finished, or to the signature that has to come from elsewhere.
Result<AfterLastFlight> send_last_flight(Agreed12 agreed, const PeerShare& share,
                                         const std::optional<wire::CertificateRequest12>& request,
                                         Turn& turn);

// Finished, and what is waited for then.
AfterOurFinished finish_flight(Agreed12 agreed, schedule::MasterSecret12 master, Turn& turn);

}  // namespace stepshake::handshake::client12
