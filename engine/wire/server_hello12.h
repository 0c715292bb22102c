// The extensions of a ServerHello of TLS 1.2 and older. Its form is server_hello.h's.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extension_bodies12.h"
#include "wire/server_hello.h"

namespace stepshake::wire {

struct ServerHelloExtensions12 {
  bool server_name = false;  // the acknowledgement of RFC 6066 3
  std::optional<std::uint8_t> max_fragment_length;
  bool status_request = false;
  std::optional<std::vector<std::uint8_t>> ec_point_formats;
  std::optional<UseSrtp> use_srtp;
  std::optional<Bytes> alpn;
  std::optional<std::vector<Bytes>> signed_certificate_timestamps;
  std::optional<CertificateType> client_certificate_type;
  std::optional<CertificateType> server_certificate_type;
  bool encrypt_then_mac = false;
  bool extended_master_secret = false;
  std::optional<std::uint16_t> record_size_limit;
  bool session_ticket = false;
  std::optional<Bytes> renegotiation_info;
};

// Which extensions may stand there and were asked for is checked before, by check_places and check_solicited.
Result<ServerHelloExtensions12> decode_server_hello_extensions12(const RawExtensions& raw);

RawExtensions encode_server_hello_extensions12(const ServerHelloExtensions12& extensions);

}  // namespace stepshake::wire
