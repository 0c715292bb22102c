// NewSessionTicket of TLS 1.3 (RFC 8446 4.6.1).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extensions.h"

namespace stepshake::wire {

struct NewSessionTicket {
  static constexpr HandshakeType kType = HandshakeType::new_session_ticket;

  std::uint32_t ticket_lifetime = 0;  // seconds
  std::uint32_t ticket_age_add = 0;   // milliseconds, modulo 2^32
  Bytes ticket_nonce;
  Bytes ticket;
  std::optional<std::uint32_t> max_early_data_size;  // bytes
};

Result<NewSessionTicket> decode_new_session_ticket(BytesView body);

// The body.
Bytes encode(const NewSessionTicket& message);

}  // namespace stepshake::wire
