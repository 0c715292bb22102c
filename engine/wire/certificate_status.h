// CertificateStatus (RFC 6066 8): an OCSP response. In TLS 1.3 it is the body of a certificate entry's status_request.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct CertificateStatus {
  static constexpr HandshakeType kType = HandshakeType::certificate_status;

  Bytes ocsp_response;  // DER
};

Result<CertificateStatus> decode_certificate_status(BytesView body);

// The body.
Bytes encode(const CertificateStatus& message);

}  // namespace stepshake::wire
