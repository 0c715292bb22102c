#include "wire/certificate.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

Result<Certificate> decode_certificate(BytesView body) {
  Reader reader(body);
  Certificate message;
  TRY_ASSIGN(const BytesView context, reader.vector8("certificate_request_context"));
  message.certificate_request_context = to_bytes(context);
  TRY_ASSIGN(const BytesView list, reader.vector24("certificate_list"));
  TRY(reader.expect_end("Certificate"));
  Reader entries(list);
  while (!entries.at_end()) {
    CertificateEntry entry;
    TRY_ASSIGN(const BytesView data, entries.vector24("cert_data", {1, 0xffffff}));
    entry.cert_data = to_bytes(data);
    TRY_ASSIGN(entry.extensions, decode_extensions(entries));
    message.certificate_list.push_back(std::move(entry));
  }
  return message;
}

Bytes encode(const Certificate& message) {
  Writer writer;
  writer.vector8(message.certificate_request_context);
  writer.nested(3, [&] {
    for (const auto& entry : message.certificate_list) {
      writer.vector24(entry.cert_data);
      encode_extensions(writer, entry.extensions);
    }
  });
  return writer.take();
}

}  // namespace stepshake::wire
