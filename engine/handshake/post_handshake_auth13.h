// Client authentication after the handshake (RFC 8446 4.6.2). The transcript then still holds the handshake: each
// exchange is hashed behind it, and apart from the others.
#pragma once

#include <optional>

#include "base/result.h"
#include "handshake/next.h"
#include "handshake/questions.h"
#include "handshake/states.h"
#include "handshake/turn.h"
#include "wire/certificate.h"
#include "wire/certificate_request.h"
#include "wire/certificate_verify.h"
#include "wire/finished.h"

namespace stepshake::handshake {

namespace client13 {

// What a CertificateRequest asks for, as a state keeps it.
RequestedCertificate requested(const wire::CertificateRequest& message);
// Certificate, and CertificateVerify where there is a certificate to send. The scheme where its key is elsewhere: then
// the CertificateVerify is still to be sent.
Result<std::optional<wire::SignatureScheme>> send_requested_certificate(
    const RequestedCertificate& request, crypto::HashAlgorithm hash, Turn& turn);
// The request is the transcript's last message.
using AfterRequest =
    Next<AwaitPostHandshakeCertificateChoice, AwaitPostHandshakeSignature, Connected>;
Result<AfterRequest> on(Connected state, const wire::CertificateRequest& message, Turn& turn);
Result<AfterRequest> answer(AwaitPostHandshakeCertificateChoice state, const GoOn& answer,
                            Turn& turn);
Result<Connected> answer(AwaitPostHandshakeSignature state, const Signature& signature, Turn& turn);

}  // namespace client13

namespace server13 {

// The CertificateRequest of the configuration, with this context.
wire::CertificateRequest certificate_request(Bytes context, const policy::Config& config);
// Asks for the client's certificate.
void request_certificate(Connected& state, Turn& turn);

Result<Next<WaitPostHandshakeVerify, WaitPostHandshakeFinished>> on(
    Connected state, const wire::Certificate& message, Turn& turn);
Result<Next<WaitPostHandshakeFinished>> on(WaitPostHandshakeVerify state,
                                           const wire::CertificateVerify& message, Turn& turn);
Result<Next<Connected>> on(WaitPostHandshakeFinished state, const wire::Finished& message,
                           Turn& turn);

}  // namespace server13

}  // namespace stepshake::handshake
