// Joins handshake messages out of records (RFC 8446 5.1): a message may be cut over records, and a record may hold
// several.
#pragma once

#include <optional>
#include <utility>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::record {

struct Reassembler {
  Bytes pending;  // the messages so far that are not taken yet

  // A part of a message is waiting: nothing but its continuation may come, and no keys may change.
  [[nodiscard]] bool holds_bytes() const { return !pending.empty(); }

  void add(Bytes fragment) {
    if (pending.empty()) {
      pending = std::move(fragment);
    } else {
      append(pending, fragment);
    }
  }

  // The type of the message at hand, once its first byte is there.
  [[nodiscard]] std::optional<wire::HandshakeType> type() const;

  // next() has something to say: a whole message, or that it is too long.
  [[nodiscard]] bool holds_message(std::size_t most) const;

  // The next whole message, header included. message_too_long as soon as its header says more than `most` bytes.
  Result<std::optional<Bytes>> next(std::size_t most);
};
STEPSHAKE_FIELDS(Reassembler, pending)

}  // namespace stepshake::record
