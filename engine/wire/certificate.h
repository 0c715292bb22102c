// Certificate (RFC 8446 4.4.2), with X.509 entries.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extensions.h"

namespace stepshake::wire {

struct CertificateEntry {
  Bytes cert_data;  // DER
  RawExtensions extensions;
};

struct Certificate {
  static constexpr HandshakeType kType = HandshakeType::certificate;

  Bytes certificate_request_context;
  std::vector<CertificateEntry> certificate_list;
};

Result<Certificate> decode_certificate(BytesView body);

// The body.
Bytes encode(const Certificate& message);

}  // namespace stepshake::wire
