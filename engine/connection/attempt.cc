#include "connection/attempt.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>

namespace stepshake::connection {

Attempt::Attempt(Connection& connection, const World& world, Wires wires)
    : session_(connection.session), world_(world), wires_(wires) {
  // Stale errors from before a call never spoil its classification.
  ERR_clear_error();
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

void Attempt::collect_library_errors() {
  while (const unsigned long code = ERR_get_error()) {
    if (result_.errors.empty()) oldest_is_system_ = ERR_SYSTEM_ERROR(code);
    const char* reason = ERR_reason_error_string(code);
    result_.errors.push_back(
        {static_cast<std::uint32_t>(code), reason == nullptr ? "" : reason, "from the transport"});
  }
}

bool Attempt::flush() {
  while (!session_.output.empty()) {
    if (wires_.write == nullptr) return false;
    ERR_clear_error();
    const int size = static_cast<int>(std::min<std::size_t>(session_.output.size(), INT32_MAX));
    const int written = BIO_write(wires_.write, session_.output.data(), size);
    if (written <= 0) {
      waiting_ = Waiting::writing;
      collect_library_errors();
      return false;
    }
    session_.output.erase(session_.output.begin(), session_.output.begin() + written);
  }
  // A buffering filter passes on what it holds.
  if (wires_.write != nullptr && BIO_flush(wires_.write) <= 0) {
    waiting_ = Waiting::writing;
    collect_library_errors();
    return false;
  }
  return true;
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
  auto& events = result_.events;
  events.insert(events.end(), outcome.events.begin(), outcome.events.end());
  for (auto& line : outcome.key_log) result_.key_log.push_back(std::move(line));
  if (!outcome.failure) return true;
  note_failure();
  return false;
}

bool Attempt::end_of_file() {
  if (world_.config.ignore_unexpected_eof) {
    session_.shutdown.received = true;
    return false;
  }
  return note(
      session::abort(session_, Reason::unexpected_eof, "the transport ended without close_notify"));
}

bool Attempt::take_bytes() {
  if (wires_.read == nullptr) {
    return note(session::abort(session_, Reason::read_bio_not_set, "there is no read BIO"));
  }
  std::array<std::uint8_t, 4096> buffer;
  const std::size_t size = std::min(session::wanted(session_), buffer.size());
  ERR_clear_error();
  const int got = BIO_read(wires_.read, buffer.data(), static_cast<int>(size));
  if (got > 0) {
    return note(session::receive(session_, world_.config, world_.inputs,
                                 BytesView(buffer).first(static_cast<std::size_t>(got))));
  }
  collect_library_errors();
  waiting_ = Waiting::reading;
  if (BIO_should_retry(wires_.read) || !BIO_eof(wires_.read)) return false;
  waiting_ = Waiting::nothing;
  return end_of_file();
}

bool Attempt::handshake() {
  if (failed_before()) return false;
  if (std::holds_alternative<handshake::Start>(session_.state) &&
      !note(session::begin(session_, world_.config, world_.inputs))) {
    return false;
  }
  const bool closed_before = session_.shutdown.received;
  for (;;) {
    if (!flush()) return false;
    if (session::handshake_complete(session_)) return true;
    if (!take_bytes()) return false;
    // close_notify during the handshake: -1 and ZERO_RETURN; a later call asks for bytes again.
    if (session_.shutdown.received && !closed_before) return false;
  }
}

}  // namespace stepshake::connection
