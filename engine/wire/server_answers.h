// What a server answers to a ClientHello in ServerHello, or in TLS 1.3 in EncryptedExtensions, alike (RFC 5764, 6066,
// 7250, 7301, 8449).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extension_bodies12.h"
#include "wire/extensions.h"

namespace stepshake::wire {

struct ServerAnswers {
  bool server_name = false;  // the acknowledgement of RFC 6066 3
  std::optional<std::uint8_t> max_fragment_length;
  std::optional<UseSrtp> use_srtp;
  std::optional<Bytes> alpn;
  std::optional<CertificateType> client_certificate_type;
  std::optional<CertificateType> server_certificate_type;
  std::optional<std::uint16_t> record_size_limit;
};

// An extension that is none of these is left alone.
Result<void> decode_answer(const RawExtension& raw, ServerAnswers& into);

void encode_answers(const ServerAnswers& answers, RawExtensions& raw);

}  // namespace stepshake::wire
