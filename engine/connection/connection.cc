#include "connection/connection.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <utility>

#include "connection/get_error.h"
#include "session/advance.h"

namespace stepshake::connection {
namespace {

// A call under way: what it works on, and what it has met so far.
class Attempt {
 public:
  Attempt(Connection& connection, const World& world, Wires wires)
      : connection_(connection), session_(connection.session), world_(world), wires_(wires) {
    // Stale errors from before a call never spoil its classification.
    ERR_clear_error();
  }

  // True when the handshake is complete and all it has to say is sent.
  bool handshake();
  CallResult read(std::size_t most);
  CallResult write(BytesView data);
  CallResult shutdown();

  CallResult answer(int return_value);
  // An error of the caller's, which leaves the session as it is.
  CallResult refuse(Reason reason);

  [[nodiscard]] bool failed_before() const { return session_.failure.has_value(); }

 private:
  // Moves output into the write BIO; false when some is left.
  bool flush();
  // Brings one read's worth of bytes into the session; false when there is nothing to go on with.
  bool take_bytes();
  bool end_of_file();
  // Takes over what a turn did; false when it failed.
  bool note(session::Outcome outcome);
  void note_failure();
  void collect_library_errors();

  Connection& connection_;
  session::Session& session_;
  const World& world_;
  Wires wires_;
  CallResult result_;
  Waiting waiting_ = Waiting::nothing;
  bool oldest_is_system_ = false;
};

CallResult Attempt::answer(int return_value) {
  result_.return_value = return_value;
  result_.error = get_error({return_value, !result_.errors.empty(), oldest_is_system_, waiting_,
                             wires_, session_.shutdown.received});
  // OpenSSL counts a peer's fatal alert, once reported, as the end of what it sends.
  if (failed_before() && result_.errors.empty() && return_value <= 0 &&
      session_.failure->peer_alert) {
    result_.error = SslError::zero_return;
  }
  return std::move(result_);
}

CallResult Attempt::refuse(Reason reason) {
  const Failure failure = fail(reason);
  result_.errors.push_back({openssl_code(failure), openssl_text(failure), failure.detail});
  return answer(-1);
}

void Attempt::collect_library_errors() {
  while (const unsigned long code = ERR_get_error()) {
    if (result_.errors.empty()) oldest_is_system_ = ERR_SYSTEM_ERROR(code);
    const char* reason = ERR_reason_error_string(code);
    result_.errors.push_back({static_cast<std::uint32_t>(code), reason == nullptr ? "" : reason,
                              "from the transport"});
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
  if (!outcome.failure) return true;
  note_failure();
  return false;
}

bool Attempt::end_of_file() {
  if (world_.config.ignore_unexpected_eof) {
    session_.shutdown.received = true;
    return false;
  }
  return note(session::abort(session_, Reason::unexpected_eof,
                             "the transport ended without close_notify"));
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

CallResult Attempt::read(std::size_t most) {
  auto& received = session_.application_data;
  while (received.empty()) {
    if (session_.shutdown.received) return answer(0);
    if (!flush() || !take_bytes()) {
      const bool closed = session_.shutdown.received && result_.errors.empty();
      return answer(closed ? 0 : -1);
    }
  }
  // An answer to what came in, such as a KeyUpdate, goes out if it can.
  flush();
  waiting_ = Waiting::nothing;
  const auto end = received.begin() +
                   static_cast<std::ptrdiff_t>(std::min(most, received.size()));
  result_.data.assign(received.begin(), end);
  received.erase(received.begin(), end);
  return answer(static_cast<int>(result_.data.size()));
}

CallResult Attempt::write(BytesView data) {
  if (session_.shutdown.sent) return refuse(Reason::protocol_is_shutdown);
  if (connection_.unsent_write == 0) {
    if (!note(session::send(session_, world_.config, world_.inputs, data))) return answer(-1);
    connection_.unsent_write = data.size();
  }
  if (!flush()) return answer(-1);
  return answer(static_cast<int>(std::exchange(connection_.unsent_write, 0)));
}

CallResult Attempt::shutdown() {
  if (!session::handshake_complete(session_)) return refuse(Reason::shutdown_in_handshake);
  const bool was_sent = session_.shutdown.sent;
  note(session::close(session_));
  if (!flush()) return answer(-1);
  if (session_.shutdown.received) return answer(1);
  if (!was_sent) return answer(0);
  while (!session_.shutdown.received) {
    if (!take_bytes()) return answer(-1);
    if (!session_.application_data.empty()) {
      note(session::abort(session_, Reason::data_after_close_notify,
                          "application data that nobody will read"));
      return answer(-1);
    }
  }
  return answer(1);
}

void restart(Connection& connection, policy::Role role) {
  const policy::ConfigDigest config = connection.session.config;
  connection = {};
  connection.session.config = config;
  connection.session.role = role;
}

}  // namespace

Connection make_connection(const policy::Config& config) {
  return {session::make_session(config), 0};
}

void set_connect_state(Connection& connection) { restart(connection, policy::Role::client); }

void set_accept_state(Connection& connection) { restart(connection, policy::Role::server); }

CallResult do_handshake(Connection& connection, const World& world, Wires wires) {
  Attempt attempt(connection, world, wires);
  if (!connection.session.role) return attempt.refuse(Reason::connection_type_not_set);
  return attempt.answer(attempt.handshake() ? 1 : -1);
}

CallResult connect(Connection& connection, const World& world, Wires wires) {
  if (!connection.session.role) set_connect_state(connection);
  return do_handshake(connection, world, wires);
}

CallResult accept(Connection& connection, const World& world, Wires wires) {
  if (!connection.session.role) set_accept_state(connection);
  return do_handshake(connection, world, wires);
}

CallResult read(Connection& connection, const World& world, Wires wires, std::size_t most) {
  Attempt attempt(connection, world, wires);
  if (!connection.session.role) return attempt.refuse(Reason::uninitialized);
  if (!session::handshake_complete(connection.session)) {
    const bool closed = attempt.failed_before() && connection.session.failure->peer_alert;
    if (!attempt.handshake()) return attempt.answer(closed ? 0 : -1);
  }
  return attempt.read(most);
}

CallResult write(Connection& connection, const World& world, Wires wires, BytesView data) {
  Attempt attempt(connection, world, wires);
  if (!connection.session.role) return attempt.refuse(Reason::uninitialized);
  if (!session::handshake_complete(connection.session) && !attempt.handshake()) {
    return attempt.answer(-1);
  }
  return attempt.write(data);
}

CallResult shutdown(Connection& connection, const World& world, Wires wires) {
  Attempt attempt(connection, world, wires);
  if (!connection.session.role) return attempt.refuse(Reason::uninitialized);
  return attempt.shutdown();
}

}  // namespace stepshake::connection
