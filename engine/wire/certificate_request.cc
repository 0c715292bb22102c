#include "wire/certificate_request.h"

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

using enum ExtensionType;

Result<void> decode_one(const RawExtension& raw, CertificateRequest& into) {
  switch (raw.type) {
    case signature_algorithms: {
      TRY_ASSIGN(into.signature_algorithms, decode_list16<SignatureScheme>(raw.data, raw.type));
      return {};
    }
    case signature_algorithms_cert: {
      TRY_ASSIGN(into.signature_algorithms_cert,
                 decode_list16<SignatureScheme>(raw.data, raw.type));
      return {};
    }
    case certificate_authorities: {
      TRY_ASSIGN(into.certificate_authorities, decode_certificate_authorities(raw.data));
      return {};
    }
    case oid_filters: {
      TRY_ASSIGN(into.oid_filters, decode_oid_filters(raw.data));
      return {};
    }
    default: return {};
  }
}

}  // namespace

Result<CertificateRequest> decode_certificate_request(BytesView body) {
  Reader reader(body);
  CertificateRequest message;
  TRY_ASSIGN(const BytesView context, reader.vector8("certificate_request_context"));
  message.certificate_request_context = to_bytes(context);
  // RFC 9846 4.4.2: the block may be empty on the wire (RFC 8446 said <2..2^16-1>); what is missing is then named below.
  TRY_ASSIGN(message.extensions, decode_extensions(reader));
  TRY(reader.expect_end("CertificateRequest"));
  TRY(check_places(message.extensions, Place::certificate_request));
  for (const auto& extension : message.extensions) TRY(decode_one(extension, message));
  // RFC 8446 4.3.2: the signature_algorithms extension MUST be specified.
  if (!message.signature_algorithms) {
    return fail(Reason::missing_signature_algorithms, "in CertificateRequest");
  }
  return message;
}

Bytes encode(const CertificateRequest& message) {
  RawExtensions raw;
  if (message.signature_algorithms) {
    raw.push_back({signature_algorithms, encode_list16(*message.signature_algorithms)});
  }
  if (message.signature_algorithms_cert) {
    raw.push_back({signature_algorithms_cert, encode_list16(*message.signature_algorithms_cert)});
  }
  if (message.certificate_authorities) {
    raw.push_back({certificate_authorities,
                   encode_certificate_authorities(*message.certificate_authorities)});
  }
  if (message.oid_filters) raw.push_back({oid_filters, encode_oid_filters(*message.oid_filters)});
  for (const auto& other : message.extensions) raw.push_back(other);
  Writer writer;
  writer.vector8(message.certificate_request_context);
  encode_extensions(writer, raw);
  return writer.take();
}

}  // namespace stepshake::wire
