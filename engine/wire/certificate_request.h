// CertificateRequest (RFC 8446 4.3.2).
#pragma once

#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"
#include "wire/extensions.h"

namespace stepshake::wire {

struct CertificateRequest {
  static constexpr HandshakeType kType = HandshakeType::certificate_request;

  Bytes certificate_request_context;
  std::optional<std::vector<SignatureScheme>> signature_algorithms;
  std::optional<std::vector<SignatureScheme>> signature_algorithms_cert;
  std::optional<std::vector<Bytes>> certificate_authorities;
  std::optional<std::vector<OidFilter>> oid_filters;
  // As in EncryptedExtensions: decoded, all of them; encoded, those beside the above.
  RawExtensions extensions;
};

Result<CertificateRequest> decode_certificate_request(BytesView body);

// The body.
Bytes encode(const CertificateRequest& message);

}  // namespace stepshake::wire
