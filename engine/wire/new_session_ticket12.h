// NewSessionTicket of TLS 1.2 and older (RFC 5077 3.3).
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct NewSessionTicket12 {
  static constexpr HandshakeType kType = HandshakeType::new_session_ticket;

  std::uint32_t ticket_lifetime_hint = 0;  // seconds; 0: unspecified
  Bytes ticket;                            // empty: none after all
};

Result<NewSessionTicket12> decode_new_session_ticket12(BytesView body);

// The body.
Bytes encode(const NewSessionTicket12& message);

}  // namespace stepshake::wire
