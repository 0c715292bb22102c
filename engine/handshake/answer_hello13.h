// A server's answer to a ClientHello of TLS 1.3, by way of the questions that it may raise.
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/server_flight13.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/client_hello.h"

namespace stepshake::handshake::server13 {

// Where an answer leads.
using Answered = Next<AwaitTickets, AwaitCertificateChoice, WaitSecondClientHello, AwaitSignature,
                      WaitEndOfEarlyData, WaitCertificate, WaitFinished>;
using AnsweredSecond =
    Next<AwaitClientHelloDecision, AwaitTickets, AwaitCertificateChoice, WaitSecondClientHello,
         AwaitSignature, WaitEndOfEarlyData, WaitCertificate, WaitFinished>;

// A first ClientHello for which TLS 1.3 was chosen.
Result<Answered> answer_first_hello(const wire::ClientHello& hello, Turn& turn);
// A second one, which has been checked against what the first and the retry have fixed.
Result<Answered> answer_second_hello(WaitSecondClientHello retry, const wire::ClientHello& hello,
                                     Turn& turn);

Result<AnsweredSecond> on(WaitSecondClientHello state, const wire::ClientHello& hello, Turn& turn);

Result<Answered> answer(AwaitTickets state, const TicketFound& found, Turn& turn);
Result<Answered> answer(const AwaitCertificateChoice& state, const GoOn& answer, Turn& turn);
Result<Flight> answer(AwaitSignature state, const Signature& signature, Turn& turn);

}  // namespace stepshake::handshake::server13
