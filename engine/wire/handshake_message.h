// The frame of a handshake message (RFC 8446 4): type, 3-byte length, body.
#pragma once

#include "base/bytes.h"
#include "wire/code_points.h"

namespace stepshake::wire {

inline constexpr std::size_t kHandshakeHeaderSize = 4;

// A whole handshake message that still lies in somebody else's buffer.
struct HandshakeMessage {
  HandshakeType type{};
  BytesView body;
  BytesView whole;  // header and body: what the transcript takes
};

// The message framed.
Bytes frame(HandshakeType type, BytesView body);

// The frame of the whole message at the start of `bytes`, which must hold it completely.
HandshakeMessage unframe(BytesView bytes);

}  // namespace stepshake::wire
