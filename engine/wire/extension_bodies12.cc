#include "wire/extension_bodies12.h"

#include <algorithm>

#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

constexpr std::uint8_t kOcsp = 1;

}  // namespace

Result<std::uint8_t> decode_max_fragment_length(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const std::uint8_t code, reader.u8("max_fragment_length"));
  TRY(reader.expect_end("max_fragment_length"));
  // RFC 6066 4: any other value MUST be answered with illegal_parameter.
  if (code < 1 || code > 4) {
    return fail(Reason::bad_parameter, "max_fragment_length " + std::to_string(code));
  }
  return code;
}

std::size_t size_of_max_fragment_length(std::uint8_t code) { return std::size_t{256} << code; }

Result<StatusRequest> decode_status_request(BytesView data) {
  Reader reader(data);
  StatusRequest request;
  TRY_ASSIGN(request.status_type, reader.u8("status_type"));
  request.request = to_bytes(reader.rest());
  if (request.status_type != kOcsp) return request;
  TRY_ASSIGN(const BytesView responders, reader.vector16("responder_id_list"));
  TRY(reader.vector16("request_extensions"));
  TRY(reader.expect_end("status_request"));
  Reader ids(responders);
  while (!ids.at_end()) TRY(ids.vector16("ResponderID", {1, 0xffff}));
  return request;
}

Bytes encode_status_request(const StatusRequest& request) {
  Writer writer;
  writer.u8(request.status_type);
  if (request.request.empty()) return writer.u16(0).u16(0).take();
  return writer.bytes(request.request).take();
}

Result<std::vector<std::uint8_t>> decode_point_formats(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector8("ec_point_format_list", {1, 0xff}));
  TRY(reader.expect_end("ec_point_formats"));
  // RFC 8422 5.1.2: a list without the uncompressed format MUST be answered with illegal_parameter.
  if (std::find(list.begin(), list.end(), 0) == list.end()) {
    return fail(Reason::bad_parameter, "ec_point_formats without uncompressed");
  }
  return std::vector<std::uint8_t>(list.begin(), list.end());
}

Bytes encode_point_formats(const std::vector<std::uint8_t>& formats) {
  Writer writer;
  return writer.vector8(formats).take();
}

Result<UseSrtp> decode_use_srtp(BytesView data) {
  Reader reader(data);
  UseSrtp offer;
  TRY_ASSIGN(const BytesView profiles, reader.vector16("SRTPProtectionProfiles", {2, 0xffff}));
  TRY_ASSIGN(offer.profiles, decode_u16_list(profiles, "SRTPProtectionProfiles"));
  TRY_ASSIGN(const BytesView mki, reader.vector8("srtp_mki"));
  TRY(reader.expect_end("use_srtp"));
  offer.mki = to_bytes(mki);
  return offer;
}

Bytes encode_use_srtp(const UseSrtp& offer) {
  Writer writer;
  writer.nested(2, [&] {
    for (std::uint16_t profile : offer.profiles) writer.u16(profile);
  });
  return writer.vector8(offer.mki).take();
}

Result<std::vector<Bytes>> decode_timestamps(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector16("SignedCertificateTimestampList", {1, 0xffff}));
  TRY(reader.expect_end("signed_certificate_timestamp"));
  Reader entries(list);
  std::vector<Bytes> timestamps;
  while (!entries.at_end()) {
    TRY_ASSIGN(const BytesView one, entries.vector16("SerializedSCT", {1, 0xffff}));
    timestamps.push_back(to_bytes(one));
  }
  return timestamps;
}

Bytes encode_timestamps(const std::vector<Bytes>& timestamps) {
  Writer writer;
  writer.nested(2, [&] {
    for (const auto& one : timestamps) writer.vector16(one);
  });
  return writer.take();
}

Result<std::vector<CertificateType>> decode_certificate_types(BytesView data, ExtensionType type) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView list, reader.vector8(name_of(type), {1, 0xff}));
  TRY(reader.expect_end(name_of(type)));
  std::vector<CertificateType> types;
  for (std::uint8_t each : list) types.push_back(static_cast<CertificateType>(each));
  return types;
}

Bytes encode_certificate_types(const std::vector<CertificateType>& types) {
  Writer writer;
  writer.u8(types.size());
  for (auto type : types) writer.u8(number_of(type));
  return writer.take();
}

Result<CertificateType> decode_certificate_type(BytesView data, ExtensionType type) {
  Reader reader(data);
  TRY_ASSIGN(const std::uint8_t chosen, reader.u8(name_of(type)));
  TRY(reader.expect_end(name_of(type)));
  return static_cast<CertificateType>(chosen);
}

Result<std::uint16_t> decode_record_size_limit(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const std::uint16_t limit, reader.u16("record_size_limit"));
  TRY(reader.expect_end("record_size_limit"));
  // RFC 8449 4: smaller values MUST be answered with illegal_parameter.
  if (limit < 64) {
    return fail(Reason::bad_parameter, "record_size_limit " + std::to_string(limit));
  }
  return limit;
}

Result<Bytes> decode_renegotiation_info(BytesView data) {
  Reader reader(data);
  TRY_ASSIGN(const BytesView info, reader.vector8("renegotiated_connection"));
  TRY(reader.expect_end("renegotiation_info"));
  return to_bytes(info);
}

Bytes encode_renegotiation_info(BytesView renegotiated_connection) {
  Writer writer;
  return writer.vector8(renegotiated_connection).take();
}

}  // namespace stepshake::wire
