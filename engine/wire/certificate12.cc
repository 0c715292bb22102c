#include "wire/certificate12.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

// RFC 7250 3: ASN.1_subjectPublicKeyInfo<1..2^24-1>, without a list around it.
Result<Certificate12> decode_raw_public_key(Reader reader) {
  Certificate12 message{CertificateType::raw_public_key, {}};
  TRY_ASSIGN(const BytesView key, reader.vector24("ASN.1_subjectPublicKeyInfo"));
  TRY(reader.expect_end("Certificate"));
  if (!key.empty()) message.certificate_list.push_back(to_bytes(key));
  return message;
}

}  // namespace

Result<Certificate12> decode_certificate12(BytesView body, CertificateType type) {
  Reader reader(body);
  if (type == CertificateType::raw_public_key) return decode_raw_public_key(reader);
  Certificate12 message;
  TRY_ASSIGN(const BytesView list, reader.vector24("certificate_list"));
  TRY(reader.expect_end("Certificate"));
  Reader entries(list);
  while (!entries.at_end()) {
    TRY_ASSIGN(const BytesView der, entries.vector24("ASN.1Cert", {1, 0xffffff}));
    message.certificate_list.push_back(to_bytes(der));
  }
  return message;
}

Bytes encode(const Certificate12& message) {
  Writer writer;
  const auto entries = [&] {
    for (const auto& der : message.certificate_list) writer.vector24(der);
  };
  if (message.type == CertificateType::x509) {
    writer.nested(3, entries);
  } else if (message.certificate_list.empty()) {
    writer.u24(0);
  } else {
    entries();
  }
  return writer.take();
}

}  // namespace stepshake::wire
