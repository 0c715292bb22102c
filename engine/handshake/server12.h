// The server's side of TLS 1.2 and older (RFC 5246 7.3) from its flight on: one overload of `on` for each message that a
// state takes, of `answer` for each answer. ClientHello is answer_hello12.h's.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate12.h"
#include "wire/certificate_verify12.h"
#include "wire/change_cipher_spec.h"
#include "wire/finished.h"
#include "wire/key_exchange12.h"

namespace stepshake::handshake::server12 {

Result<Next<AwaitVerifyDecision, WaitClientKeyExchange>> on(WaitCertificate state,
                                                            const wire::Certificate12& message,
                                                            Turn& turn);
Result<WaitClientKeyExchange> answer(AwaitVerifyDecision state, const GoOn& answer, Turn& turn);
Result<Next<WaitCertificateVerify, WaitChangeCipherSpec>> on(WaitClientKeyExchange state,
                                                             const wire::ClientKeyExchange& message,
                                                             Turn& turn);
Result<Next<WaitChangeCipherSpec>> on(WaitCertificateVerify state,
                                      const wire::CertificateVerify12& message, Turn& turn);
Result<Next<WaitFinished>> on(WaitChangeCipherSpec state, const wire::ChangeCipherSpec& message,
                              Turn& turn);
Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn);

}  // namespace stepshake::handshake::server12
