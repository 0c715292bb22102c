// The client's side of TLS 1.3 (RFC 8446 A.1): one overload of `on` for each message that a state takes, of `answer`
// for each answer.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate.h"
#include "wire/certificate_request.h"
#include "wire/certificate_verify.h"
#include "wire/client_hello.h"
#include "wire/encrypted_extensions.h"
#include "wire/finished.h"
#include "wire/key_update.h"
#include "wire/new_session_ticket.h"
#include "wire/server_hello.h"

namespace stepshake::handshake::client13 {

// A first ServerHello that chose TLS 1.3, or a HelloRetryRequest, to the hello that was offered.
Result<Next<WaitSecondServerHello, WaitEncryptedExtensions>> receive_hello(
    WaitServerHello state, const wire::ServerHello& hello, const wire::ClientHello& offered,
    Turn& turn);

Result<Next<WaitEncryptedExtensions>> on(const WaitSecondServerHello& state,
                                         const wire::ServerHello& hello, Turn& turn);
Result<Next<WaitCertificateOrRequest, WaitFinished>> on(WaitEncryptedExtensions state,
                                                        const wire::EncryptedExtensions& message,
                                                        Turn& turn);
Result<Next<WaitCertificate>> on(WaitCertificateOrRequest state,
                                 const wire::CertificateRequest& message, Turn& turn);
Result<Next<AwaitVerifyDecision, WaitCertificateVerify>> on(WaitCertificateOrRequest state,
                                                            const wire::Certificate& message,
                                                            Turn& turn);
Result<Next<AwaitVerifyDecision, WaitCertificateVerify>> on(WaitCertificate state,
                                                            const wire::Certificate& message,
                                                            Turn& turn);
Result<WaitCertificateVerify> answer(AwaitVerifyDecision state, const GoOn& answer, Turn& turn);
Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn);

using LastFlight = Next<AwaitCertificateChoice, AwaitSignature, Connected>;
Result<LastFlight> on(WaitFinished state, const wire::Finished& message, Turn& turn);
Result<LastFlight> answer(AwaitCertificateChoice state, const GoOn& answer, Turn& turn);
Result<Connected> answer(AwaitSignature state, const Signature& signature, Turn& turn);

Result<Next<Connected>> on(Connected state, const wire::NewSessionTicket& message, Turn& turn);
Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn);

}  // namespace stepshake::handshake::client13
