// The first two messages as they come in, and the fork by version that they decide. The one place where a version is
// chosen.
#pragma once

#include "base/result.h"
#include "handshake/answer_hello12.h"
#include "handshake/answer_hello13.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/change_cipher_spec.h"
#include "wire/client_hello.h"
#include "wire/hello_request.h"
#include "wire/server_hello.h"

namespace stepshake::handshake {

// Where a client's first ServerHello leads.
using AfterServerHello = Next<client13::WaitSecondServerHello, client13::WaitEncryptedExtensions,
                              client12::WaitCertificate, client12::WaitServerKeyExchange,
                              client12::WaitKeyExchangeOrDone, client12::WaitNewSessionTicket,
                              client12::WaitChangeCipherSpec>;
Result<AfterServerHello> on(WaitServerHello state, const wire::ServerHello& hello, Turn& turn);
// RFC 8446 5: dropped, unless the server then chooses a version in which it means something.
Result<Next<WaitServerHello>> on(WaitServerHello state, const wire::ChangeCipherSpec& message,
                                 Turn& turn);
// RFC 5246 7.4.1.1: ignored by a client that is negotiating.
Result<Next<WaitServerHello>> on(WaitServerHello state, const wire::HelloRequest& message,
                                 Turn& turn);

// Where a server's first ClientHello leads.
using Answered =
    Next<server13::AwaitTickets, server13::AwaitCertificateChoice, server13::WaitSecondClientHello,
         server13::AwaitSignature, server13::WaitEndOfEarlyData, server13::WaitCertificate,
         server13::WaitFinished, server12::AwaitTickets, server12::AwaitCertificateChoice,
         server12::AwaitSignature, server12::WaitCertificate, server12::WaitClientKeyExchange,
         server12::WaitChangeCipherSpec>;
using FirstHello =
    Next<AwaitClientHelloDecision, server13::AwaitTickets, server13::AwaitCertificateChoice,
         server13::WaitSecondClientHello, server13::AwaitSignature, server13::WaitEndOfEarlyData,
         server13::WaitCertificate, server13::WaitFinished, server12::AwaitTickets,
         server12::AwaitCertificateChoice, server12::AwaitSignature, server12::WaitCertificate,
         server12::WaitClientKeyExchange, server12::WaitChangeCipherSpec>;
Result<FirstHello> on(WaitClientHello state, const wire::ClientHello& hello, Turn& turn);
Result<Answered> answer(AwaitClientHelloDecision state, const GoOn& answer, Turn& turn);

// The ClientHello that went over last, from the transcript.
Result<wire::ClientHello> last_hello(const schedule::Transcript& transcript);

}  // namespace stepshake::handshake
