#include "wire/certificate_request12.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<CertificateRequest12> decode_certificate_request12(BytesView body, ProtocolVersion version) {
  Reader reader(body);
  CertificateRequest12 message;
  TRY_ASSIGN(const BytesView types, reader.vector8("certificate_types", {1, 0xff}));
  for (std::uint8_t type : types) {
    message.certificate_types.push_back(static_cast<ClientCertificateType>(type));
  }
  if (version >= ProtocolVersion::tls_1_2) {
    TRY_ASSIGN(message.supported_signature_algorithms,
               reader.list16<SignatureScheme>("supported_signature_algorithms", {2, 0xfffe}));
  }
  TRY_ASSIGN(const BytesView list, reader.vector16("certificate_authorities"));
  TRY(reader.expect_end("CertificateRequest"));
  Reader names(list);
  while (!names.at_end()) {
    TRY_ASSIGN(const BytesView name, names.vector16("DistinguishedName", {1, 0xffff}));
    message.certificate_authorities.push_back(to_bytes(name));
  }
  return message;
}

Bytes encode(const CertificateRequest12& message) {
  Writer writer;
  writer.u8(message.certificate_types.size());
  for (auto type : message.certificate_types) writer.u8(number_of(type));
  if (!message.supported_signature_algorithms.empty()) {
    writer.list16(message.supported_signature_algorithms);
  }
  writer.nested(2, [&] {
    for (const auto& name : message.certificate_authorities) writer.vector16(name);
  });
  return writer.take();
}

}  // namespace stepshake::wire
