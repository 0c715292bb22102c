#include "wire/certificate_verify12.h"

namespace stepshake::wire {

Result<DigitallySigned> read_digitally_signed(Reader& reader, ProtocolVersion version) {
  DigitallySigned found;
  if (version >= ProtocolVersion::tls_1_2) {
    TRY_ASSIGN(const std::uint16_t algorithm, reader.u16("algorithm"));
    found.algorithm = static_cast<SignatureScheme>(algorithm);
  }
  TRY_ASSIGN(const BytesView signature, reader.vector16("signature"));
  found.signature = to_bytes(signature);
  return found;
}

void write_digitally_signed(Writer& writer, const DigitallySigned& signed_part) {
  if (signed_part.algorithm) writer.u16(number_of(*signed_part.algorithm));
  writer.vector16(signed_part.signature);
}

Result<CertificateVerify12> decode_certificate_verify12(BytesView body, ProtocolVersion version) {
  Reader reader(body);
  TRY_ASSIGN(auto proof, read_digitally_signed(reader, version));
  TRY(reader.expect_end("CertificateVerify"));
  return CertificateVerify12{std::move(proof)};
}

Bytes encode(const CertificateVerify12& message) {
  Writer writer;
  write_digitally_signed(writer, message.proof);
  return writer.take();
}

}  // namespace stepshake::wire
