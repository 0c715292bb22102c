#include "wire/handshake_message.h"

#include "wire/writer.h"

namespace stepshake::wire {

Bytes frame(HandshakeType type, BytesView body) {
  Writer writer(kHandshakeHeaderSize + body.size());
  return writer.u8(number_of(type)).vector24(body).take();
}

HandshakeMessage unframe(BytesView bytes) {
  const std::size_t size =
      static_cast<std::size_t>(bytes[1]) << 16 | static_cast<std::size_t>(bytes[2]) << 8 | bytes[3];
  return {static_cast<HandshakeType>(bytes[0]), bytes.subspan(kHandshakeHeaderSize, size),
          bytes.first(kHandshakeHeaderSize + size)};
}

}  // namespace stepshake::wire
