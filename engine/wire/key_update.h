// KeyUpdate (RFC 8446 4.6.3).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct KeyUpdate {
  static constexpr HandshakeType kType = HandshakeType::key_update;

  bool update_requested = false;
};

Result<KeyUpdate> decode_key_update(BytesView body);

// The body.
Bytes encode(const KeyUpdate& message);

}  // namespace stepshake::wire
