// 0-RTT data: SSL_write_early_data(3) and SSL_read_early_data(3).
#include <utility>
#include <variant>

#include "connection/attempt.h"
#include "connection/connection.h"

namespace stepshake::connection {
namespace {

using session::Session;

// The server has seen a ClientHello, and what it announced has ended or was refused.
bool early_data_is_over(const Session& session) {
  return !std::holds_alternative<handshake::Start>(session.state) &&
         !std::holds_alternative<handshake::WaitClientHello>(session.state) &&
         session.early_reading.mode != session::EarlyDataReading::Mode::taking;
}

}  // namespace

CallResult write_early_data(Connection& connection, const World& world, Wires wires,
                            BytesView data) {
  Attempt attempt(connection, world, wires);
  Session& session = connection.session;
  const bool starting = std::holds_alternative<handshake::Start>(session.state);
  if (session.role != policy::Role::client || attempt.role_forbidden() ||
      !(starting || session::sends_early_data(session))) {
    return attempt.refuse(Reason::called_wrong_function, 0);
  }
  if (starting && !attempt.note(session::begin(session, world.config, world.inputs, true))) {
    return attempt.answer(0);
  }
  // Without a PSK that allows it, the hello has gone without an announcement.
  if (!session::sends_early_data(session) || data.size() > session.early_data_left) {
    attempt.flush();
    return attempt.refuse(Reason::too_much_early_data, 0);
  }
  attempt.note(session::send_early_data(session, world.config, world.inputs, data));
  return attempt.answer(attempt.flush() ? 1 : 0);
}

CallResult read_early_data(Connection& connection, const World& world, Wires wires,
                           std::size_t most) {
  Attempt attempt(connection, world, wires);
  Session& session = connection.session;
  if (session.role != policy::Role::server || attempt.role_forbidden()) {
    return attempt.refuse(Reason::called_wrong_function, kReadEarlyDataError);
  }
  if (attempt.failed_before()) return attempt.answer(kReadEarlyDataError);
  if (std::holds_alternative<handshake::Start>(session.state) &&
      !attempt.note(session::begin(session, world.config, world.inputs))) {
    return attempt.answer(kReadEarlyDataError);
  }
  auto& received = session.early_data;
  for (;;) {
    // A question left open, such as a stored ticket's, may yet let 0-RTT data in.
    const bool settled = attempt.settle();
    if (attempt.failed_before()) return attempt.answer(kReadEarlyDataError);
    const bool flushed = attempt.flush();
    if (!received.empty()) break;
    if (!settled || !flushed) return attempt.answer(kReadEarlyDataError);
    if (early_data_is_over(session)) return attempt.answer(kReadEarlyDataFinish);
    if (!attempt.take_bytes()) return attempt.answer(kReadEarlyDataError);
  }
  attempt.forget_waiting();
  const auto size = static_cast<std::ptrdiff_t>(std::min(most, received.size()));
  attempt.give(Bytes(received.begin(), received.begin() + size));
  received.erase(received.begin(), received.begin() + size);
  return attempt.answer(kReadEarlyDataSuccess);
}

}  // namespace stepshake::connection
