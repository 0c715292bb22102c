// Certificate of TLS 1.2 and older: a chain (RFC 5246 7.4.2), or one raw public key (RFC 7250 3).
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct Certificate12 {
  static constexpr HandshakeType kType = HandshakeType::certificate;

  CertificateType type = CertificateType::x509;
  // DER, leaf first; of a raw public key the one SubjectPublicKeyInfo.
  std::vector<Bytes> certificate_list;
};

// The type is what was negotiated. A raw public key may be absent as a chain may be: an empty list.
Result<Certificate12> decode_certificate12(BytesView body, CertificateType type);

// The body.
Bytes encode(const Certificate12& message);

}  // namespace stepshake::wire
