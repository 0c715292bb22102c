// Finished (RFC 8446 4.4.4). Its body is verify_data alone, whose length the handshake knows.
#pragma once

#include "base/bytes.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct Finished {
  static constexpr HandshakeType kType = HandshakeType::finished;

  Bytes verify_data;
};

inline Bytes encode(const Finished& message) { return message.verify_data; }

}  // namespace stepshake::wire
