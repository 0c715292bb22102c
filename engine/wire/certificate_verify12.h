// CertificateVerify of TLS 1.2 and older (RFC 5246 7.4.8, RFC 4346 7.4.8).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

// RFC 5246 4.7: a signature, as ServerKeyExchange bears it too. Before TLS 1.2 the key's kind decided how it was made.
struct DigitallySigned {
  std::optional<SignatureScheme> algorithm;
  Bytes signature;
};

Result<DigitallySigned> read_digitally_signed(Reader& reader, ProtocolVersion version);
void write_digitally_signed(Writer& writer, const DigitallySigned& signed_part);

struct CertificateVerify12 {
  static constexpr HandshakeType kType = HandshakeType::certificate_verify;

  DigitallySigned proof;
};

Result<CertificateVerify12> decode_certificate_verify12(BytesView body, ProtocolVersion version);

// The body.
Bytes encode(const CertificateVerify12& message);

}  // namespace stepshake::wire
