#include "session/fold.h"

#include <array>
#include <iterator>
#include <utility>
#include <variant>

namespace stepshake::session {
namespace {

using wire::ContentType;

void trace_records(Direction direction, BytesView records, Outcome& outcome) {
  while (records.size() >= record::kHeaderSize) {
    const std::size_t size = record::record_size(records);
    outcome.trace.emplace_back(TracedRecord{direction, to_bytes(records.first(size))});
    records = records.subspan(size);
  }
}

// One overload an effect.
struct Folder {
  Session& session;
  const Surroundings& surroundings;

  void trace_keys(Direction direction, handshake::Epoch epoch, wire::CipherSuite suite) const {
    if (!surroundings.config.trace) return;
    surroundings.outcome.trace.emplace_back(TracedKeys{direction, epoch, suite});
  }

  void operator()(const handshake::SendHandshake& effect) const {
    // RFC 8446 6.1: after close_notify nothing more is sent.
    if (session.shutdown.sent) return;
    surroundings.outcome.add({Direction::sent,
                              ContentType::handshake,
                              static_cast<wire::HandshakeType>(effect.message[0]),
                              static_cast<std::uint32_t>(effect.message.size()),
                              {}});
    send_content(session, ContentType::handshake, effect.message, surroundings);
  }

  void operator()(handshake::SendChangeCipherSpec /*effect*/) const {
    static constexpr std::array<std::uint8_t, 1> kOne = {1};
    surroundings.outcome.add({Direction::sent, ContentType::change_cipher_spec, {}, 1, {}});
    // RFC 5246 7.1: before TLS 1.3 it goes under the keys in force, which are there where a session renegotiates.
    if (session.write.version != wire::ProtocolVersion::tls_1_3) {
      send_content(session, ContentType::change_cipher_spec, kOne, surroundings);
      return;
    }
    // RFC 8446 5: the dummy record is never protected, whatever keys there are.
    record::Protection keys = std::exchange(session.write, {});
    send_content(session, ContentType::change_cipher_spec, kOne,
                 {{}, surroundings.config, surroundings.outcome});
    session.write = std::move(keys);
  }

  void operator()(handshake::InstallReadKeys effect) const {
    trace_keys(Direction::received, effect.epoch, effect.keys.suite);
    session.read.install(std::move(effect.keys));
  }

  void operator()(handshake::InstallWriteKeys effect) const {
    trace_keys(Direction::sent, effect.epoch, effect.keys.suite);
    session.write.install(std::move(effect.keys));
  }

  void operator()(handshake::RemoveWriteKeys /*effect*/) const {
    trace_keys(Direction::sent, handshake::Epoch::none, {});
    session.write.remove_keys();
  }

  void operator()(handshake::LimitReadRecords effect) const {
    session.read.content_limit = effect.content_limit;
  }

  void operator()(handshake::LimitWriteRecords effect) const {
    session.write.content_limit = effect.content_limit;
  }

  void operator()(handshake::ExpectEarlyData effect) const {
    using Mode = EarlyDataReading::Mode;
    session.early_reading = {effect.accepted ? Mode::taking : Mode::skipping, effect.limit};
  }

  void operator()(handshake::KeepEarlyExporter effect) const {
    session.early_exporter = std::move(effect.secret);
  }

  void operator()(handshake::KeepTicket effect) const {
    auto& tickets = session.tickets;
    tickets.push_back(std::move(effect.ticket));
    if (tickets.size() > surroundings.config.limits.tickets) tickets.erase(tickets.begin());
  }

  void operator()(handshake::StoreTicket effect) const {
    if (effect.ticket.version < wire::ProtocolVersion::tls_1_3) {
      session.stored_sessions.push_back(effect.ticket.identity);
    }
    surroundings.outcome.stored_tickets.push_back(std::move(effect.ticket));
  }

  void operator()(handshake::SendWarning effect) const {
    if (session.shutdown.sent) return;
    send_alert(session, {AlertLevel::warning, effect.description}, surroundings.config,
               surroundings.outcome);
  }

  void operator()(handshake::LogSecret effect) const {
    surroundings.outcome.key_log.push_back(std::move(effect.line));
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

Result<void> decide(Session& session, std::vector<handshake::Effect> effects) {
  // Looked at first, so that a turn which fails sends nothing but its alert.
  if (straddles(session, effects)) {
    return fail(Reason::record_straddles_key_change, "bytes of the old keys are left");
  }
  if (session.pending.empty()) {
    session.pending = std::move(effects);
  } else {
    std::move(effects.begin(), effects.end(), std::back_inserter(session.pending));
  }
  return {};
}

void fold(Session& session, Pace pace, const Surroundings& surroundings) {
  const Folder folder{session, surroundings};
  bool may_send = pace != Pace::before_message;
  std::size_t done = 0;
  for (auto& effect : session.pending) {
    const bool sends = std::holds_alternative<handshake::SendHandshake>(effect);
    if (sends && !may_send) break;
    if (sends && pace == Pace::one_message) may_send = false;
    std::visit(folder, std::move(effect));
    ++done;
  }
  session.pending.erase(session.pending.begin(),
                        session.pending.begin() + static_cast<std::ptrdiff_t>(done));
}

void send_content(Session& session, ContentType type, BytesView content,
                  const Surroundings& surroundings) {
  constexpr std::size_t kUsualFlight = 1024;  // bytes: records in a row cost one allocation
  if (session.output.empty()) session.output.reserve(kUsualFlight);
  const std::size_t before = session.output.size();
  record::Dress dress = surroundings.dress;
  // RFC 5246 6.2.1: the version being employed.
  if (const auto version = older_version(session)) {
    dress.legacy_record_version = wire::number_of(*version);
  }
  session.write.seal(type, content, session.output, dress);
  if (!surroundings.config.trace) return;
  Outcome& outcome = surroundings.outcome;
  outcome.trace.emplace_back(TracedMessage{Direction::sent, type, to_bytes(content)});
  trace_records(Direction::sent, BytesView(session.output).subspan(before), outcome);
}

void send_alert(Session& session, Alert alert, const policy::Config& config, Outcome& outcome) {
  const std::array<std::uint8_t, 2> content = {static_cast<std::uint8_t>(alert.level),
                                               static_cast<std::uint8_t>(alert.description)};
  outcome.add({Direction::sent, ContentType::alert, {}, 2, alert});
  send_content(session, ContentType::alert, content, {{}, config, outcome});
}

void end(Session& session, Failure failure, const policy::Config& config, Outcome& outcome) {
  const auto description = alert_of(failure);
  // RFC 8446 6.1: after close_notify nothing more is sent.
  if (description && !session.shutdown.sent) {
    send_alert(session, {AlertLevel::fatal, *description}, config, outcome);
  }
  session.failure = std::move(failure);
  // RFC 5246 7.2.2: what a fatal alert has ended is not resumed; either side forgets it.
  outcome.forgotten_tickets = std::exchange(session.stored_sessions, {});
  std::erase_if(session.tickets,
                [](const auto& ticket) { return ticket.version < wire::ProtocolVersion::tls_1_3; });
  session.state = handshake::Failed{};
  session.transcript.clear();
  session.pending.clear();
  session.early_exporter.reset();
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
