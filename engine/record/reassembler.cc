#include "record/reassembler.h"

#include <utility>

#include "wire/handshake_message.h"

namespace stepshake::record {

std::optional<wire::HandshakeType> Reassembler::type() const {
  if (pending.empty()) return std::nullopt;
  return static_cast<wire::HandshakeType>(pending[0]);
}

namespace {

// Of a message whose header is there.
std::size_t body_size(const Bytes& message) {
  return static_cast<std::size_t>(message[1]) << 16 | static_cast<std::size_t>(message[2]) << 8 |
         message[3];
}

}  // namespace

bool Reassembler::holds_message(std::size_t most) const {
  if (pending.size() < wire::kHandshakeHeaderSize) return false;
  const std::size_t body = body_size(pending);
  return body > most || pending.size() >= wire::kHandshakeHeaderSize + body;
}

Result<std::optional<Bytes>> Reassembler::next(std::size_t most) {
  if (pending.size() < wire::kHandshakeHeaderSize) return std::optional<Bytes>();
  const std::size_t body = body_size(pending);
  if (body > most) {
    return fail(Reason::message_too_long,
                "a handshake message of " + std::to_string(body) + " bytes");
  }
  const std::size_t whole = wire::kHandshakeHeaderSize + body;
  if (pending.size() < whole) return std::optional<Bytes>();
  if (pending.size() == whole) return std::optional<Bytes>(std::exchange(pending, {}));
  const auto end = pending.begin() + static_cast<std::ptrdiff_t>(whole);
  Bytes message(pending.begin(), end);
  pending.erase(pending.begin(), end);
  return std::optional<Bytes>(std::move(message));
}

}  // namespace stepshake::record
