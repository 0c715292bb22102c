// CertificateVerify (RFC 8446 4.4.3).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct CertificateVerify {
  static constexpr HandshakeType kType = HandshakeType::certificate_verify;

  SignatureScheme algorithm{};
  Bytes signature;
};

Result<CertificateVerify> decode_certificate_verify(BytesView body);

// The body.
Bytes encode(const CertificateVerify& message);

}  // namespace stepshake::wire
