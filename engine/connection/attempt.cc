#include "connection/attempt.h"

#include <openssl/err.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace stepshake::connection {
namespace {

// ERR_reason_error_string(3) has no text for a system library's entry.
std::string reason_text(unsigned long code) {
  if (ERR_SYSTEM_ERROR(code)) return std::generic_category().message(ERR_GET_REASON(code));
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "" : text;
}

// Clearing looks at each of the queue's sixteen places, and the queue is nearly always empty.
void forget_errors() {
  if (ERR_peek_error() != 0) ERR_clear_error();
}

}  // namespace

Attempt::Attempt(Connection& connection, const World& world, Wires wires)
    : connection_(connection), session_(connection.session), world_(world), wires_(wires) {
  // Stale errors from before a call never spoil its classification.
  forget_errors();
}

CallResult Attempt::answer(int return_value) {
  result_.return_value = return_value;
  result_.error = get_error({return_value, !result_.errors.empty(), oldest_is_system_, waiting_,
                             wires_, session_.shutdown.by_close_notify()});
  return std::move(result_);
}

CallResult Attempt::refuse(Reason reason, int return_value) {
  const Failure failure = fail(reason);
  result_.errors.push_back({openssl_code(failure), openssl_text(failure), failure.detail});
  return answer(return_value);
}

bool Attempt::role_forbidden() const {
  return world_.config.method && session_.role != world_.config.method;
}

void Attempt::collect_library_errors() {
  while (const unsigned long code = ERR_get_error()) {
    if (result_.errors.empty()) oldest_is_system_ = ERR_SYSTEM_ERROR(code);
    result_.errors.push_back(
        {static_cast<std::uint32_t>(code), reason_text(code), "from the transport"});
  }
}

bool Attempt::write_out(std::size_t most) {
  while (most > 0) {
    if (wires_.write == nullptr) return false;
    forget_errors();
    const int size = static_cast<int>(std::min<std::size_t>(most, INT32_MAX));
    const int written = BIO_write(wires_.write, session_.output.data(), size);
    if (written <= 0) {
      waiting_ = Waiting::writing;
      collect_library_errors();
      return false;
    }
    const auto count = static_cast<std::size_t>(written);
    session_.output.erase(session_.output.begin(), session_.output.begin() + written);
    most -= count;
    connection_.record_left -= std::min<std::uint64_t>(connection_.record_left, count);
  }
  // A buffering filter passes on what it holds.
  if (wires_.write != nullptr && BIO_flush(wires_.write) <= 0) {
    waiting_ = Waiting::writing;
    collect_library_errors();
    return false;
  }
  return true;
}

bool Attempt::flush() {
  connection_.record_left = 0;
  return write_out(session_.output.size());
}

// The record that the output begins with, or what is left of it.
bool Attempt::flush_record() {
  const Bytes& output = session_.output;
  if (output.empty()) return write_out(0);
  if (connection_.record_left == 0) connection_.record_left = record::record_size(output);
  if (!write_out(connection_.record_left)) return false;
  met_record_ = true;
  return true;
}

bool Attempt::flush_in_handshake() {
  return world_.config.granularity == policy::Granularity::record ? flush_record() : flush();
}

bool Attempt::step_is_over() const {
  switch (world_.config.granularity) {
    case policy::Granularity::message: return met_message_;
    case policy::Granularity::record: return met_record_;
    default: return false;
  }
}

void Attempt::note_failure() {
  const Failure& failure = *session_.failure;
  result_.errors.push_back({openssl_code(failure), openssl_text(failure), failure.detail});
  // The alert goes out if it can; that it cannot does not change what went wrong.
  auto errors = result_.errors;
  flush();
  result_.errors = std::move(errors);
  waiting_ = Waiting::nothing;
  oldest_is_system_ = false;
}

bool Attempt::note(session::Outcome outcome) {
  for (const auto& event : outcome.events) {
    met_message_ = met_message_ || event.content_type == wire::ContentType::handshake;
  }
  if (result_.events.empty()) {
    result_.events = std::move(outcome.events);
  } else {
    std::move(outcome.events.begin(), outcome.events.end(), std::back_inserter(result_.events));
  }
  std::move(outcome.trace.begin(), outcome.trace.end(), std::back_inserter(result_.trace));
  std::move(outcome.key_log.begin(), outcome.key_log.end(), std::back_inserter(result_.key_log));
  if (world_.tickets != nullptr) {
    for (auto& ticket : outcome.stored_tickets) world_.tickets->put(std::move(ticket));
    for (const auto& identity : outcome.forgotten_tickets) world_.tickets->take(identity);
  }
  if (!outcome.failure) return true;
  note_failure();
  return false;
}

bool Attempt::end_of_file() {
  if (world_.config.ignore_unexpected_eof) {
    session_.shutdown.received = true;
    session_.shutdown.last_warning = AlertDescription::close_notify;
    return false;
  }
  return note(session::abort(session_, world_.config, Reason::unexpected_eof,
                             "the transport ended without close_notify"));
}

bool Attempt::take_bytes() {
  if (wires_.read == nullptr) {
    return note(
        session::abort(session_, world_.config, Reason::read_bio_not_set, "there is no read BIO"));
  }
  // What is wanted and no more: a pair's far end is told how much that is (BIO_get_read_request(3)).
  constexpr std::size_t kUsualRecord = 512;  // bytes: header and fragment cost one allocation
  buffer_.reserve(kUsualRecord);
  buffer_.resize(session::wanted(session_));
  forget_errors();
  const int got = BIO_read(wires_.read, buffer_.data(), static_cast<int>(buffer_.size()));
  if (got > 0) {
    const bool done =
        note(session::receive(session_, world_.config, world_.inputs,
                              BytesView(buffer_).first(static_cast<std::size_t>(got))));
    met_record_ = met_record_ || session_.deframer.partial.empty();
    return done;
  }
  collect_library_errors();
  waiting_ = Waiting::reading;
  if (BIO_should_retry(wires_.read) || !BIO_eof(wires_.read)) return false;
  waiting_ = Waiting::nothing;
  return end_of_file();
}

bool Attempt::handshake(bool stop_for_data) {
  if (failed_before()) {
    flush();  // what is left of the alert
    return false;
  }
  if (std::holds_alternative<handshake::Start>(session_.state) &&
      !note(session::begin(session_, world_.config, world_.inputs))) {
    return false;
  }
  const bool closed_before = session_.shutdown.received;
  // RFC 7918: the call that gets so far comes back; one after it waits for the rest.
  const bool early_before = session::starts_early(session_, world_.config);
  for (;;) {
    if (!flush_in_handshake()) return false;
    const bool done = session::handshake_complete(session_) ||
                      (!early_before && session::starts_early(session_, world_.config));
    if (done && session_.output.empty()) return true;
    if (step_is_over()) {
      waiting_ = Waiting::step;
      return false;
    }
    if (!session_.output.empty()) continue;
    const Settling settling = settle_one();
    if (settling == Settling::waits) return false;
    if (settling == Settling::did_something) continue;
    if (!take_bytes()) return false;
    if (stop_for_data && !session_.application_data.empty()) return false;
    // close_notify during the handshake: -1 and ZERO_RETURN; a later call asks for bytes again.
    if (session_.shutdown.received && !closed_before) return false;
  }
}

void Attempt::wait_for_signature() {
  connection_.async_started = connection_.async_started || world_.async_slot_free;
  waiting_ = connection_.async_started ? Waiting::async : Waiting::async_job;
}

bool Attempt::settle_question(const handshake::Question& question) {
  const auto give = [this](const handshake::Answer& answer) {
    connection_.async_started = false;
    return note(session::answer(session_, world_.config, world_.inputs, answer));
  };
  if (const auto* lookup = std::get_if<handshake::TicketLookup>(&question)) {
    handshake::TicketFound found;
    for (const auto& identity : lookup->identities) {
      if (world_.tickets != nullptr && !found.ticket) found.ticket = world_.tickets->take(identity);
    }
    return give(found);
  }
  if (world_.answer != nullptr && !answered_ && handshake::takes(session_.state, *world_.answer)) {
    answered_ = true;
    return give(*world_.answer);
  }
  if (std::holds_alternative<handshake::SignatureRequest>(question)) {
    wait_for_signature();
  } else if (std::holds_alternative<handshake::CertificateChoice>(question)) {
    waiting_ = Waiting::certificate;
  } else {
    const bool hello = std::holds_alternative<handshake::ClientHelloDecision>(question);
    waiting_ = hello ? Waiting::client_hello : Waiting::verify;
  }
  return false;
}

Attempt::Settling Attempt::settle_one() {
  bool done = false;
  if (session::can_proceed(session_, world_.config)) {
    done = note(session::proceed(session_, world_.config, world_.inputs));
  } else if (const auto question = session::question_of(session_)) {
    done = settle_question(*question);
  } else {
    return Settling::nothing_left;
  }
  return done ? Settling::did_something : Settling::waits;
}

bool Attempt::settle() {
  Settling settling = Settling::did_something;
  while (!failed_before() && settling == Settling::did_something) settling = settle_one();
  return settling == Settling::nothing_left;
}

}  // namespace stepshake::connection
