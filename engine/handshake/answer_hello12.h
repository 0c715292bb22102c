// A server's answer to a ClientHello of TLS 1.2 or older, by way of the questions that it may raise.
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/server_flight12.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"

namespace stepshake::handshake::server12 {

// Where an answer leads.
using Answered = Next<AwaitTickets, AwaitCertificateChoice, AwaitSignature, WaitCertificate,
                      WaitClientKeyExchange, WaitChangeCipherSpec>;

// The connection's first ClientHello, for which the version in the facts was chosen.
Result<Answered> answer_first_hello(const wire::ClientHello& hello, Turn& turn);

Result<Answered> answer(AwaitTickets state, const TicketFound& found, Turn& turn);
Result<Answered> answer(AwaitCertificateChoice state, const GoOn& answer, Turn& turn);
Result<Flight> answer(AwaitSignature state, const Signature& signature, Turn& turn);

// A hello for a renegotiation, and where it leads: nowhere, where that is refused.
using Renegotiated = Next<Connected, AwaitClientHelloDecision, AwaitCertificateChoice,
                          AwaitSignature, WaitCertificate, WaitClientKeyExchange>;
Result<Renegotiated> on(Connected state, const wire::ClientHello& hello, Turn& turn);
using AfterDecision =
    Next<AwaitCertificateChoice, AwaitSignature, WaitCertificate, WaitClientKeyExchange>;
Result<AfterDecision> answer(AwaitClientHelloDecision state, const GoOn& answer, Turn& turn);

}  // namespace stepshake::handshake::server12
