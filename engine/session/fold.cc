#include "session/fold.h"

#include <array>
#include <utility>
#include <variant>

namespace stepshake::session {
namespace {

using wire::ContentType;

record::Protection protection(wire::CipherSuite suite, schedule::TrafficKeys keys) {
  return {suite, std::move(keys.key), std::move(keys.iv), 0};
}

// One overload an effect.
struct Folder {
  Session& session;
  const Surroundings& surroundings;

  void operator()(const handshake::SendHandshake& effect) const {
    // RFC 8446 6.1: after close_notify nothing more is sent.
    if (session.shutdown.sent) return;
    surroundings.events.push_back({Direction::sent,
                                   ContentType::handshake,
                                   static_cast<wire::HandshakeType>(effect.message[0]),
                                   static_cast<std::uint32_t>(effect.message.size()),
                                   {}});
    session.write.seal(ContentType::handshake, effect.message, session.output, surroundings.dress);
  }

  void operator()(handshake::SendChangeCipherSpec /*effect*/) const {
    static constexpr std::array<std::uint8_t, 1> kOne = {1};
    // RFC 8446 5: the dummy record is never protected, whatever keys there are.
    record::Protection().seal(ContentType::change_cipher_spec, kOne, session.output);
    surroundings.events.push_back({Direction::sent, ContentType::change_cipher_spec, {}, 1, {}});
  }

  void operator()(handshake::InstallReadKeys effect) const {
    session.read = protection(effect.suite, std::move(effect.keys));
  }

  void operator()(handshake::InstallWriteKeys effect) const {
    session.write = protection(effect.suite, std::move(effect.keys));
  }

  void operator()(handshake::RemoveWriteKeys /*effect*/) const { session.write = {}; }

  void operator()(handshake::ExpectEarlyData effect) const {
    using Mode = EarlyDataReading::Mode;
    session.early_reading = {effect.accepted ? Mode::taking : Mode::skipping, effect.limit};
  }

  void operator()(handshake::KeepTicket effect) const {
    auto& tickets = session.tickets;
    tickets.push_back(std::move(effect.ticket));
    if (tickets.size() > surroundings.most_tickets) tickets.erase(tickets.begin());
  }

  void operator()(handshake::LogSecret effect) const {
    surroundings.key_log.push_back(std::move(effect.line));
  }
};

// RFC 8446 5.1: handshake messages MUST NOT span key changes.
bool straddles(const Session& session, const std::vector<handshake::Effect>& effects) {
  if (!session.reassembler.holds_bytes()) return false;
  for (const auto& effect : effects) {
    if (std::holds_alternative<handshake::InstallReadKeys>(effect)) return true;
  }
  return false;
}

}  // namespace

Result<void> fold(Session& session, std::vector<handshake::Effect> effects,
                  const Surroundings& surroundings) {
  // Looked at first, so that a turn which fails sends nothing but its alert.
  if (straddles(session, effects)) {
    return fail(Reason::record_straddles_key_change, "bytes of the old keys are left");
  }
  const Folder folder{session, surroundings};
  for (auto& effect : effects) std::visit(folder, std::move(effect));
  return {};
}

void send_alert(Session& session, Alert alert, Events& events) {
  const std::array<std::uint8_t, 2> content = {static_cast<std::uint8_t>(alert.level),
                                               static_cast<std::uint8_t>(alert.description)};
  session.write.seal(ContentType::alert, content, session.output);
  events.push_back({Direction::sent, ContentType::alert, {}, 2, alert});
}

void end(Session& session, Failure failure, Events& events) {
  const auto description = alert_of(failure);
  // RFC 8446 6.1: after close_notify nothing more is sent.
  if (description && !session.shutdown.sent) {
    send_alert(session, {AlertLevel::fatal, *description}, events);
  }
  session.failure = std::move(failure);
  session.state = handshake::Failed{};
  session.transcript.clear();
  session.read = {};
  session.write = {};
  session.deframer = {};
  session.reassembler = {};
  session.application_data = {};
  session.early_reading = {};
  session.early_data = {};
  session.early_data_left = 0;
}

}  // namespace stepshake::session
