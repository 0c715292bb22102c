// The first two messages, and the fork by version that they decide. The one place where a version is chosen.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"
#include "wire/server_hello.h"

namespace stepshake::handshake {

// Sends a ClientHello as the configuration has it.
WaitServerHello start_client(Turn& turn);

Result<Next<client13::WaitSecondServerHello, client13::WaitEncryptedExtensions>> on(
    WaitServerHello state, const wire::ServerHello& hello, Turn& turn);

Result<Next<server13::WaitSecondClientHello, server13::WaitCertificate, server13::WaitFinished>> on(
    WaitClientHello state, const wire::ClientHello& hello, Turn& turn);

// The ClientHello that we sent last, from the transcript.
Result<wire::ClientHello> offered_hello(const schedule::Transcript& transcript);

}  // namespace stepshake::handshake
