#include "record/reassembler.h"

#include "wire/handshake_message.h"

namespace stepshake::record {

std::optional<wire::HandshakeType> Reassembler::type() const {
  if (pending.empty()) return std::nullopt;
  return static_cast<wire::HandshakeType>(pending[0]);
}

Result<std::optional<Bytes>> Reassembler::next(std::size_t most) {
  if (pending.size() < wire::kHandshakeHeaderSize) return std::optional<Bytes>();
  const std::size_t body = static_cast<std::size_t>(pending[1]) << 16 |
                           static_cast<std::size_t>(pending[2]) << 8 | pending[3];
  if (body > most) {
    return fail(Reason::message_too_long,
                "a handshake message of " + std::to_string(body) + " bytes");
  }
  const std::size_t whole = wire::kHandshakeHeaderSize + body;
  if (pending.size() < whole) return std::optional<Bytes>();
  const auto end = pending.begin() + static_cast<std::ptrdiff_t>(whole);
  Bytes message(pending.begin(), end);
  pending.erase(pending.begin(), end);
  return std::optional<Bytes>(std::move(message));
}

}  // namespace stepshake::record
