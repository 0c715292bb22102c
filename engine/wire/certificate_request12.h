// CertificateRequest of TLS 1.2 and older (RFC 5246 7.4.4, RFC 4346 7.4.4).
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct CertificateRequest12 {
  static constexpr HandshakeType kType = HandshakeType::certificate_request;

  std::vector<ClientCertificateType> certificate_types;
  // Empty before TLS 1.2, whose form has no such list.
  std::vector<SignatureScheme> supported_signature_algorithms;
  std::vector<Bytes> certificate_authorities;
};
STEPSHAKE_FIELDS(CertificateRequest12, certificate_types, supported_signature_algorithms,
                 certificate_authorities)

Result<CertificateRequest12> decode_certificate_request12(BytesView body, ProtocolVersion version);

// The body; in the form of TLS 1.2 where there are signature algorithms.
Bytes encode(const CertificateRequest12& message);

}  // namespace stepshake::wire
