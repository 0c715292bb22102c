// What stands in the extensions that TLS 1.2 brought or left behind: RFC 5077, 5746, 5764, 6066, 6962, 7250, 8422, 8449.
// As extension_bodies.h: a decoder reads the whole extension_data, an encoder makes it.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

// RFC 6066 8, of a client. Requests of other types than ocsp are kept as they came.
struct StatusRequest {
  std::uint8_t status_type = 1;  // ocsp
  Bytes request;                 // ResponderIDs and request extensions; both empty in ours
};

// RFC 5764 4.1.1
struct UseSrtp {
  std::vector<std::uint16_t> profiles;
  Bytes mki;
};
STEPSHAKE_FIELDS(UseSrtp, profiles, mki)

// RFC 6066 4: 1 to 4, for 2^9 to 2^12 bytes.
Result<std::uint8_t> decode_max_fragment_length(BytesView data);
std::size_t size_of_max_fragment_length(std::uint8_t code);

Result<StatusRequest> decode_status_request(BytesView data);
Bytes encode_status_request(const StatusRequest& request);

// RFC 8422 5.1.2: the list, which has uncompressed (0) in it.
Result<std::vector<std::uint8_t>> decode_point_formats(BytesView data);
Bytes encode_point_formats(const std::vector<std::uint8_t>& formats);

Result<UseSrtp> decode_use_srtp(BytesView data);
Bytes encode_use_srtp(const UseSrtp& offer);

// RFC 6962 3.3.1: what a SignedCertificateTimestampList holds; encoded it is the whole list.
Result<std::vector<Bytes>> decode_timestamps(BytesView data);
Bytes encode_timestamps(const std::vector<Bytes>& timestamps);

// RFC 7250 3: a client's list, and a server's choice.
Result<std::vector<CertificateType>> decode_certificate_types(BytesView data, ExtensionType type);
Bytes encode_certificate_types(const std::vector<CertificateType>& types);
Result<CertificateType> decode_certificate_type(BytesView data, ExtensionType type);

// RFC 8449 4: at least 64.
Result<std::uint16_t> decode_record_size_limit(BytesView data);

// RFC 5746 3.2: renegotiated_connection.
Result<Bytes> decode_renegotiation_info(BytesView data);
Bytes encode_renegotiation_info(BytesView renegotiated_connection);

}  // namespace stepshake::wire
