// The server's side of TLS 1.3 (RFC 8446 A.2) from its flight on: one overload of `on` for each message that a state
// takes, of `answer` for each answer. ClientHello is answer_hello13.h's.
#pragma once

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate.h"
#include "wire/certificate_verify.h"
#include "wire/end_of_early_data.h"
#include "wire/finished.h"
#include "wire/key_update.h"

namespace stepshake::handshake::server13 {

Result<Next<WaitFinished>> on(WaitEndOfEarlyData state, const wire::EndOfEarlyData& message,
                              Turn& turn);
Result<Next<AwaitVerifyDecision, WaitCertificateVerify, WaitFinished>> on(
    WaitCertificate state, const wire::Certificate& message, Turn& turn);
Result<WaitCertificateVerify> answer(AwaitVerifyDecision state, const GoOn& answer, Turn& turn);
Result<Next<WaitFinished>> on(WaitCertificateVerify state, const wire::CertificateVerify& message,
                              Turn& turn);
Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn);
Result<Next<Connected>> on(Connected state, const wire::KeyUpdate& message, Turn& turn);

}  // namespace stepshake::handshake::server13
