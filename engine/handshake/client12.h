// The client's side of TLS 1.2 and older (RFC 5246 7.3) from the server's Certificate on: one overload of `on` for each
// message that a state takes, of `answer` for each answer. ServerHello is client_hello12.h's.
#pragma once

#include <type_traits>
#include <utility>

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate12.h"
#include "wire/certificate_request12.h"
#include "wire/certificate_status.h"
#include "wire/change_cipher_spec.h"
#include "wire/finished.h"
#include "wire/hello_request.h"
#include "wire/key_exchange12.h"
#include "wire/new_session_ticket12.h"
#include "wire/server_hello_done.h"

namespace stepshake::handshake::client12 {

using AfterCertificate =
    Next<AwaitVerifyDecision, WaitCertificateStatusOrKeyExchange, WaitServerKeyExchange,
         WaitCertificateStatusOrRequest, WaitKeyExchangeOrDone, WaitRequestOrDone>;
Result<AfterCertificate> on(WaitCertificate state, const wire::Certificate12& message, Turn& turn);
using AfterDecision =
    Next<WaitCertificateStatusOrKeyExchange, WaitServerKeyExchange, WaitCertificateStatusOrRequest,
         WaitKeyExchangeOrDone, WaitRequestOrDone>;
Result<AfterDecision> answer(AwaitVerifyDecision state, const GoOn& answer, Turn& turn);

Result<Next<WaitServerKeyExchange>> on(WaitCertificateStatusOrKeyExchange state,
                                       const wire::CertificateStatus& message, Turn& turn);
Result<Next<WaitRequestOrDone>> on(WaitCertificateStatusOrRequest state,
                                   const wire::CertificateStatus& message, Turn& turn);
Result<Next<WaitKeyExchangeOrDone>> on(WaitKeyExchangeOrDone state,
                                       const wire::CertificateStatus& message, Turn& turn);

using AfterKeyExchange = Next<WaitRequestOrDone, WaitServerHelloDone>;
Result<AfterKeyExchange> on(WaitCertificateStatusOrKeyExchange state,
                            const wire::ServerKeyExchange& message, Turn& turn);
Result<AfterKeyExchange> on(WaitServerKeyExchange state, const wire::ServerKeyExchange& message,
                            Turn& turn);
Result<Next<WaitServerHelloDone>> on(WaitKeyExchangeOrDone state,
                                     const wire::ServerKeyExchange& message, Turn& turn);

Result<Next<WaitServerHelloDone>> on(WaitCertificateStatusOrRequest state,
                                     const wire::CertificateRequest12& message, Turn& turn);
Result<Next<WaitServerHelloDone>> on(WaitRequestOrDone state,
                                     const wire::CertificateRequest12& message, Turn& turn);

using LastFlight =
    Next<AwaitCertificateChoice, AwaitSignature, WaitNewSessionTicket, WaitChangeCipherSpec>;
Result<LastFlight> on(WaitCertificateStatusOrRequest state, const wire::ServerHelloDone& message,
                      Turn& turn);
Result<LastFlight> on(WaitKeyExchangeOrDone state, const wire::ServerHelloDone& message,
                      Turn& turn);
Result<LastFlight> on(WaitRequestOrDone state, const wire::ServerHelloDone& message, Turn& turn);
Result<LastFlight> on(WaitServerHelloDone state, const wire::ServerHelloDone& message, Turn& turn);

using AfterLastFlight = Next<AwaitSignature, WaitNewSessionTicket, WaitChangeCipherSpec>;
Result<AfterLastFlight> answer(AwaitCertificateChoice state, const GoOn& answer, Turn& turn);
using AfterOurFinished = Next<WaitNewSessionTicket, WaitChangeCipherSpec>;
Result<AfterOurFinished> answer(AwaitSignature state, const Signature& signature, Turn& turn);

Result<Next<WaitChangeCipherSpec>> on(WaitNewSessionTicket state,
                                      const wire::NewSessionTicket12& message, Turn& turn);
Result<Next<WaitFinished>> on(WaitChangeCipherSpec state, const wire::ChangeCipherSpec& message,
                              Turn& turn);
Result<Next<Connected>> on(WaitFinished state, const wire::Finished& message, Turn& turn);

// RFC 5246 7.4.1.1: ignored by a client that is negotiating; nothing comes between ChangeCipherSpec and Finished.
template <class S>
requires(S::kTag >= kFirstTag12 && S::kName.starts_with("Wait") &&
         !std::is_same_v<S, WaitFinished>) Result<Next<S>> on(S state,
                                                              const wire::HelloRequest& /*message*/,
                                                              Turn& /*turn*/) {
  return Next<S>(std::move(state));
}

}  // namespace stepshake::handshake::client12
