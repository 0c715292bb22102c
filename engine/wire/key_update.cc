#include "wire/key_update.h"

#include "wire/reader.h"

namespace stepshake::wire {

Result<KeyUpdate> decode_key_update(BytesView body) {
  Reader reader(body);
  TRY_ASSIGN(const std::uint8_t request, reader.u8("request_update"));
  TRY(reader.expect_end("KeyUpdate"));
  // RFC 8446 4.6.3: any other value is illegal_parameter.
  if (request > 1) {
    return fail(Reason::bad_key_update, "request_update is " + std::to_string(request));
  }
  return KeyUpdate{request == 1};
}

Bytes encode(const KeyUpdate& message) {
  return Bytes{static_cast<std::uint8_t>(message.update_requested ? 1 : 0)};
}

}  // namespace stepshake::wire
