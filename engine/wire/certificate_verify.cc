#include "wire/certificate_verify.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<CertificateVerify> decode_certificate_verify(BytesView body) {
  Reader reader(body);
  TRY_ASSIGN(const std::uint16_t algorithm, reader.u16("algorithm"));
  TRY_ASSIGN(const BytesView signature, reader.vector16("signature"));
  TRY(reader.expect_end("CertificateVerify"));
  return CertificateVerify{static_cast<SignatureScheme>(algorithm), to_bytes(signature)};
}

Bytes encode(const CertificateVerify& message) {
  Writer writer;
  return writer.u16(number_of(message.algorithm)).vector16(message.signature).take();
}

}  // namespace stepshake::wire
