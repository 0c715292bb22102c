// The first two messages, and the fork by version that they decide. The one place where a version is chosen.
#pragma once

#include "base/result.h"
#include "handshake/answer_hello13.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"
#include "wire/server_hello.h"

namespace stepshake::handshake {

// Sends a ClientHello as the configuration has it. `early_data`: announces 0-RTT data, and installs its keys; only
// where early_data_allowance is not 0.
WaitServerHello start_client(bool early_data, Turn& turn);

// How many bytes of 0-RTT data the PSK that would be offered first allows.
std::uint32_t early_data_allowance(const Turn& turn);

Result<Next<client13::WaitSecondServerHello, client13::WaitEncryptedExtensions>> on(
    WaitServerHello state, const wire::ServerHello& hello, Turn& turn);

// Where a server's first ClientHello leads.
using FirstHello =
    Next<AwaitClientHelloDecision, server13::AwaitTickets, server13::AwaitCertificateChoice,
         server13::WaitSecondClientHello, server13::AwaitSignature, server13::WaitEndOfEarlyData,
         server13::WaitCertificate, server13::WaitFinished>;
Result<FirstHello> on(WaitClientHello state, const wire::ClientHello& hello, Turn& turn);
Result<server13::Answered> answer(AwaitClientHelloDecision state, const GoOn& answer, Turn& turn);

// The ClientHello that went over last, from the transcript.
Result<wire::ClientHello> last_hello(const schedule::Transcript& transcript);

}  // namespace stepshake::handshake
