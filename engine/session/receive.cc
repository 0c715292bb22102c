// What comes in: a record, and the messages in it.
#include <utility>

#include "handshake/dispatch.h"
#include "handshake/questions.h"
#include "session/work.h"
#include "wire/handshake_message.h"
#include "wire/writer.h"

namespace stepshake::session {
namespace {

using wire::ContentType;

// A session that steps by message carries out what a message leads to in steps of their own.
Pace pace_behind_message(const Work& work) {
  const bool steps = work.config.granularity == policy::Granularity::message;
  return steps && !handshake::is_connected(work.session.state) ? Pace::before_message : Pace::all;
}

// RFC 8446 4.6.3, RFC 5246 7.4.1.1: what a peer may send at any time after the handshake, it may not send without end.
Result<void> count_late_message(Work& work, wire::HandshakeType type) {
  using enum wire::HandshakeType;
  const bool wish_to_renegotiate =
      type == hello_request ||
      (type == client_hello && handshake::is_connected(work.session.state));
  if (type != key_update && !wish_to_renegotiate) return {};
  if (++work.session.patience.key_updates <= work.config.limits.key_updates) return {};
  return fail(wish_to_renegotiate ? Reason::too_many_warnings : Reason::too_many_key_updates,
              "no application data between them");
}

Result<void> deliver(Work& work, BytesView whole) {
  Session& session = work.session;
  const wire::HandshakeMessage message = wire::unframe(whole);
  work.note({Direction::received,
             ContentType::handshake,
             message.type,
             static_cast<std::uint32_t>(whole.size()),
             {}},
            whole);
  TRY(count_late_message(work, message.type));
  const Pace pace = pace_behind_message(work);
  handshake::Turn turn = work.turn();
  TRY_ASSIGN(session.state, handshake::deliver(std::move(session.state), message, turn));
  TRY(work.carry_out(turn, pace));
  forget_transcript(session);
  if (message.type == wire::HandshakeType::end_of_early_data) session.early_reading = {};
  return {};
}

// A message that nobody waits for is refused before its length is looked at, so that it is not collected.
Result<void> check_type(const Session& session, const policy::Config& config) {
  const auto type = session.reassembler.type();
  if (!type || (handshake::accepts(session.state, *type) &&
                handshake::was_agreed(session.state, *type, session.facts, config))) {
    return {};
  }
  return fail(Reason::unexpected_message,
              wire::shown(*type) + " in state " + std::string(state_name(session)));
}

// Whether a message was there.
Result<bool> handle_message(Work& work) {
  Session& session = work.session;
  TRY(check_type(session, work.config));
  TRY_ASSIGN(const auto message, session.reassembler.next(work.config.limits.handshake_message));
  if (!message) return false;
  TRY(deliver(work, *message));
  return true;
}

Result<void> receive_handshake(Work& work, Bytes content) {
  // RFC 8446 5.1: zero-length fragments of handshake messages are forbidden.
  if (content.empty()) return fail(Reason::record_empty, "an empty handshake record");
  work.session.patience.warnings = 0;
  work.session.reassembler.add(std::move(content));
  return handle_messages(work);
}

Result<void> receive_change_cipher_spec(Work& work, BytesView content) {
  work.note({Direction::received,
             ContentType::change_cipher_spec,
             {},
             static_cast<std::uint32_t>(content.size()),
             {}},
            content);
  // RFC 8446 5: any other value, or one outside the handshake, is unexpected_message.
  if (!same(content, Bytes{1})) {
    return fail(Reason::bad_change_cipher_spec, "ChangeCipherSpec is not the byte 1");
  }
  if (++work.session.patience.empty_records > work.config.limits.empty_records) {
    return fail(Reason::too_many_empty_records, "ChangeCipherSpec records without end");
  }
  if (!handshake::takes_change_cipher_spec(work.session.state)) return {};
  handshake::Turn turn = work.turn();
  TRY_ASSIGN(work.session.state,
             handshake::deliver_change_cipher_spec(std::move(work.session.state), turn));
  return work.carry_out(turn, Pace::all);
}

Result<void> count_warning(Work& work) {
  if (++work.session.patience.warnings < work.config.limits.warnings) return {};
  return fail(Reason::too_many_warnings, "alerts that change nothing, in a row");
}

Result<void> receive_alert(Work& work, BytesView content) {
  Session& session = work.session;
  // RFC 8446 5.1: exactly one alert a record, not cut.
  if (content.empty()) return fail(Reason::record_empty, "an empty alert record");
  if (content.size() != 2) {
    return fail(Reason::bad_alert, "an alert of " + std::to_string(content.size()) + " bytes");
  }
  const Alert alert{static_cast<AlertLevel>(content[0]), static_cast<AlertDescription>(content[1])};
  work.note({Direction::received, ContentType::alert, {}, 2, alert}, content);
  // As OpenSSL: before a ClientHello an alert is out of place.
  if (std::holds_alternative<handshake::WaitClientHello>(session.state)) {
    return fail(Reason::unexpected_message, "an alert before the ClientHello");
  }
  const bool tls13 = session.facts.version == wire::ProtocolVersion::tls_1_3;
  const bool warning = alert.level == AlertLevel::warning;
  // RFC 5246 7.2: warning and fatal are all that there is; as OpenSSL, illegal_parameter.
  if (older_version(session) && !warning && alert.level != AlertLevel::fatal) {
    return fail(Reason::unknown_alert_level, "level " + std::to_string(content[0]));
  }
  if (warning) session.shutdown.last_warning = alert.description;
  if (alert.description == AlertDescription::close_notify && (tls13 || warning)) {
    session.shutdown.received = true;
    return {};
  }
  // RFC 8446 6.1: user_canceled says that a close_notify will come.
  if (alert.description == AlertDescription::user_canceled && (tls13 || warning)) {
    return count_warning(work);
  }
  // As OpenSSL: whoever wants to renegotiate does not go on without.
  if (alert.description == AlertDescription::no_renegotiation &&
      std::holds_alternative<handshake::client12::WaitRenegotiationHello>(session.state)) {
    return fail(Reason::renegotiation_refused, "the server does not renegotiate");
  }
  // RFC 8446 6.2: in TLS 1.3 every other alert is fatal, whatever its level says; before it, a warning is not.
  if (warning && !tls13) return count_warning(work);
  // As OpenSSL: a fatal alert says, too, that nothing will follow.
  session.shutdown.received = true;
  Failure failure = fail(Reason::peer_alert, "the peer sent " + alert_name(alert.description));
  failure.peer_alert = alert.description;
  return failure;
}

// RFC 8446 4.2.10: more than was allowed is unexpected_message.
Result<void> count_early_data(Session& session, std::size_t size) {
  if (size > session.early_reading.remaining) {
    return fail(Reason::too_much_early_data, "more 0-RTT data than is allowed");
  }
  session.early_reading.remaining -= size;
  return {};
}

Result<void> receive_application_data(Work& work, BytesView content) {
  Session& session = work.session;
  if (session.early_reading.mode == EarlyDataReading::Mode::taking) {
    TRY(count_early_data(session, content.size()));
    append(session.early_data, content);
    return {};
  }
  if (!handshake::takes_application_data(session.state)) {
    return fail(Reason::application_data_too_early, "application data during the handshake");
  }
  if (content.empty()) {
    if (++session.patience.empty_records <= work.config.limits.empty_records) return {};
    return fail(Reason::too_many_empty_records, "empty records without end");
  }
  session.patience = {};
  append(session.application_data, content);
  return {};
}

// Before TLS 1.3 records of every type are under the keys, and say what they are (RFC 5246 6.2).
bool reads_under_older_keys(const Session& session) {
  return session.read.protects() && older_version(session).has_value();
}

// RFC 8446 4.2.10: a server that refuses 0-RTT data skips it: after a HelloRetryRequest whatever is application data,
// otherwise what does not open with the handshake keys, until the first record that does.
bool may_skip(const Session& session, const record::Record& record) {
  return session.early_reading.mode == EarlyDataReading::Mode::skipping &&
         record.type == ContentType::application_data;
}

// Nothing where the record is skipped.
Result<std::optional<record::Plaintext>> open(Session& session, record::Record record) {
  const bool skippable = may_skip(session, record);
  const std::size_t size = record.fragment.size();
  if (skippable && !session.read.protects()) {
    TRY(count_early_data(session, size));
    return std::optional<record::Plaintext>();
  }
  auto plain = session.read.open(std::move(record));
  if (!plain && skippable && plain.failure().reason == Reason::bad_record_mac) {
    TRY(count_early_data(session, size));
    return std::optional<record::Plaintext>();
  }
  if (!plain) return std::move(plain).failure();
  if (skippable) session.early_reading = {};
  return std::optional<record::Plaintext>(std::move(plain).value());
}

// RFC 8446 5.2: once keys are in force, records in the clear are dummy ChangeCipherSpecs, and an alert of a client that
// has failed before it had keys: this.
bool stays_in_the_clear(const Session& session, ContentType type) {
  return type == ContentType::alert && session.role == policy::Role::server &&
         !older_version(session) && session.read.sequence_number == 0 &&
         !handshake_complete(session);
}

Result<void> dispatch(Work& work, record::Plaintext plain) {
  Session& session = work.session;
  // RFC 5246 6.2.1: before TLS 1.3 alerts and data may come in between.
  const bool may_interleave =
      older_version(session) && plain.type != ContentType::change_cipher_spec;
  if (session.reassembler.holds_bytes() && plain.type != ContentType::handshake &&
      !may_interleave) {
    return fail(Reason::interleaved_records, "another record inside a handshake message");
  }
  switch (plain.type) {
    case ContentType::handshake: return receive_handshake(work, std::move(plain.content));
    case ContentType::alert: return receive_alert(work, plain.content);
    case ContentType::application_data: return receive_application_data(work, plain.content);
    case ContentType::change_cipher_spec:
      if (reads_under_older_keys(session)) return receive_change_cipher_spec(work, plain.content);
      [[fallthrough]];
    default:
      // RFC 8446 5: a protected ChangeCipherSpec, or a type that does not exist.
      return fail(session.read.protects() ? Reason::record_type : Reason::unexpected_message,
                  "content type " + wire::shown(plain.type));
  }
}

// Told by the header alone: RFC 8446 5, a record of an unexpected type MUST be answered with unexpected_message.
Result<void> check_record_type(const Work& work, ContentType type) {
  const Session& session = work.session;
  const bool under_keys = session.read.protects();
  const bool older = reads_under_older_keys(session);
  if (type == ContentType::change_cipher_spec) {
    // Where a cookie stands for the first hello, the second one and the record before it are the first that come.
    const bool may_be_second_flight =
        work.config.stateless_retry &&
        std::holds_alternative<handshake::WaitClientHello>(session.state);
    if (handshake::tolerates_change_cipher_spec(session.state) ||
        handshake::takes_change_cipher_spec(session.state) || may_be_second_flight) {
      return {};
    }
    return fail(under_keys && !older ? Reason::unprotected_record : Reason::unexpected_message,
                "ChangeCipherSpec in state " + std::string(state_name(session)));
  }
  if (!under_keys || older || type == ContentType::application_data ||
      stays_in_the_clear(session, type)) {
    return {};
  }
  return fail(Reason::unprotected_record,
              "a record of type " + wire::shown(type) + " in the clear");
}

Result<void> handle(Work& work, record::Record record) {
  Session& session = work.session;
  // RFC 8446 5: dropped wherever it comes, between two parts of a message too.
  if (record.type == ContentType::change_cipher_spec && !reads_under_older_keys(session)) {
    return receive_change_cipher_spec(work, record.fragment);
  }
  const bool in_the_clear = !session.read.protects() || stays_in_the_clear(session, record.type);
  if (in_the_clear && !may_skip(session, record)) {
    // A second ClientHello ends the 0-RTT data that a HelloRetryRequest has refused.
    if (record.type == ContentType::handshake) session.early_reading = {};
    return dispatch(work, {record.type, std::move(record.fragment)});
  }
  TRY_ASSIGN(auto plain, open(session, std::move(record)));
  return plain ? dispatch(work, std::move(*plain)) : Result<void>();
}

// RFC 5246 6.2.1: the version being employed. An alert in the clear may be of a peer that knows none yet.
Result<void> check_record_version(const Session& session, const record::Record& record) {
  const auto version = older_version(session);
  if (!version || record.legacy_record_version == wire::number_of(*version)) return {};
  if (record.type == ContentType::alert && !session.read.protects()) return {};
  return fail(Reason::record_version, "a record of another version than the handshake's");
}

void trace_record(Work& work, const record::Record& record) {
  if (!work.config.trace) return;
  wire::Writer writer;
  writer.u8(wire::number_of(record.type))
      .u16(record.legacy_record_version)
      .vector16(record.fragment);
  work.outcome.trace.emplace_back(TracedRecord{Direction::received, writer.take()});
}

Result<std::optional<record::Record>> take_record(Session& session, BytesView bytes) {
  auto record = session.deframer.add(bytes, session.read.protects(), session.read.fragment_limit());
  // RFC 8446 D.5: not to be taken. A server tells such a client why.
  if (!record && record.failure().reason == Reason::not_tls &&
      session.role == policy::Role::server &&
      record::is_ssl2_client_hello(session.deframer.partial)) {
    return fail(Reason::unsupported_version, "an SSL 2.0 ClientHello");
  }
  return record;
}

}  // namespace

Result<void> handle_messages(Work& work) {
  const bool one = work.config.granularity == policy::Granularity::message &&
                   !handshake::is_connected(work.session.state);
  for (;;) {
    if (handshake::awaits_answer(work.session.state)) return {};
    TRY_ASSIGN(const bool handled, handle_message(work));
    if (!handled || one) return {};
  }
}

bool has_message(const Session& session, const policy::Config& config) {
  if (handshake::awaits_answer(session.state)) return false;
  return !check_type(session, config) ||
         session.reassembler.holds_message(config.limits.handshake_message);
}

std::size_t wanted(const Session& session) { return session.deframer.wanted(); }

Outcome receive(Session& session, const policy::Config& config, const Inputs& inputs,
                BytesView bytes) {
  return run(session, config, inputs, [&](Work& work) -> Result<void> {
    TRY_ASSIGN(auto record, take_record(session, bytes));
    // Under keys the header alone can be wrong.
    const auto begun = session.read.protects() ? session.deframer.type() : std::nullopt;
    if (const auto type = record ? std::optional(record->type) : begun)
      TRY(check_record_type(work, *type));
    if (!record) return {};
    trace_record(work, *record);
    TRY(check_record_version(session, *record));
    return handle(work, std::move(*record));
  });
}

}  // namespace stepshake::session
