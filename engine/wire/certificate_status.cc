#include "wire/certificate_status.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

constexpr std::uint8_t kOcsp = 1;

}  // namespace

Result<CertificateStatus> decode_certificate_status(BytesView body) {
  Reader reader(body);
  TRY_ASSIGN(const std::uint8_t type, reader.u8("status_type"));
  // RFC 6066 8: the one type that is asked for.
  if (type != kOcsp) {
    return fail(Reason::bad_parameter,
                "status_type " + std::to_string(type) + " in CertificateStatus");
  }
  TRY_ASSIGN(const BytesView response, reader.vector24("OCSPResponse", {1, 0xffffff}));
  TRY(reader.expect_end("CertificateStatus"));
  return CertificateStatus{to_bytes(response)};
}

Bytes encode(const CertificateStatus& message) {
  Writer writer;
  return writer.u8(kOcsp).vector24(message.ocsp_response).take();
}

}  // namespace stepshake::wire
