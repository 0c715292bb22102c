// read, write and shutdown: SSL_read(3), SSL_write(3), SSL_shutdown(3).
#include <algorithm>
#include <utility>

#include "connection/attempt.h"
#include "connection/connection.h"

namespace stepshake::connection {
namespace {

using session::Session;

// The handshake is complete, or as good as that for a client that starts early (RFC 7918).
bool may_use(const Session& session, const World& world) {
  return session::handshake_complete(session) || session::starts_early(session, world.config);
}

CallResult read_data(Attempt& attempt, Session& session, std::size_t most) {
  auto& received = session.application_data;
  while (received.empty()) {
    if (session.shutdown.received) return attempt.answer(0);
    if (!session.failure && !attempt.settle()) {
      // What was decided before the question goes out all the same.
      if (!session.failure) attempt.flush();
      return attempt.answer(-1);
    }
    // What is still to be sent does not hold up what comes in.
    attempt.flush();
    attempt.forget_waiting();
    if (!attempt.take_bytes()) {
      // As OpenSSL: 0 at the end of the input, with close_notify or without.
      const bool ended = session.failure && session.failure->reason == Reason::unexpected_eof;
      const bool closed = session.shutdown.received && !attempt.met_error();
      return attempt.answer(ended || closed ? 0 : -1);
    }
  }
  // An answer to what came in, such as a KeyUpdate, goes out if it can.
  attempt.flush();
  attempt.forget_waiting();
  const auto size = static_cast<std::ptrdiff_t>(std::min(most, received.size()));
  attempt.give(Bytes(received.begin(), received.begin() + size));
  received.erase(received.begin(), received.begin() + size);
  return attempt.answer(static_cast<int>(size));
}

}  // namespace

CallResult read(Connection& connection, const World& world, Wires wires, std::size_t most) {
  Attempt attempt(connection, world, wires);
  Session& session = connection.session;
  if (!session.role) return attempt.refuse(Reason::uninitialized);
  // Also where it came during the handshake, or with a fatal alert.
  if (session.shutdown.received && session.application_data.empty()) return attempt.answer(0);
  if (attempt.role_forbidden()) return attempt.refuse(Reason::called_wrong_function);
  // RFC 5246 6.2.1: data that comes during a renegotiation is read there and then.
  if (!may_use(session, world) && session.application_data.empty() && !attempt.handshake(true) &&
      session.application_data.empty()) {
    return attempt.answer(-1);
  }
  return read_data(attempt, session, most);
}

CallResult write(Connection& connection, const World& world, Wires wires, BytesView data) {
  Attempt attempt(connection, world, wires);
  Session& session = connection.session;
  if (!session.role) return attempt.refuse(Reason::uninitialized);
  if (session.shutdown.sent) return attempt.refuse(Reason::protocol_is_shutdown);
  if (attempt.role_forbidden()) return attempt.refuse(Reason::called_wrong_function);
  if (!may_use(session, world) && !attempt.handshake()) return attempt.answer(-1);
  // RFC 8446 4.6.2: nothing comes between the messages of an answer to a post-handshake request.
  if (!session.failure && !attempt.settle()) return attempt.answer(-1);
  if (data.empty()) return attempt.answer(0);
  if (connection.unsent_write == 0) {
    if (!attempt.note(session::send(session, world.config, world.inputs, data))) {
      return attempt.answer(-1);
    }
    connection.unsent_write = data.size();
  }
  if (!attempt.flush()) return attempt.answer(-1);
  return attempt.answer(static_cast<int>(std::exchange(connection.unsent_write, 0)));
}

CallResult shutdown(Connection& connection, const World& world, Wires wires) {
  Attempt attempt(connection, world, wires);
  Session& session = connection.session;
  if (!session.role) return attempt.refuse(Reason::uninitialized);
  if (!session::handshake_complete(session)) return attempt.refuse(Reason::shutdown_in_handshake);
  // A close_notify that could not go out the last time is sent now, and the call is done with that.
  const bool was_sent = session.shutdown.sent && session.output.empty();
  attempt.note(session::close(session, world.config));
  if (!attempt.flush()) return attempt.answer(-1);
  if (session.shutdown.received) return attempt.answer(1);
  if (!was_sent) return attempt.answer(0);
  while (!session.shutdown.received) {
    if (!attempt.take_bytes()) {
      // As OpenSSL: an end of input that the configuration takes for close_notify is told by the class.
      return attempt.answer(session.shutdown.received && !attempt.met_error() ? 0 : -1);
    }
    if (!session.application_data.empty()) {
      attempt.note(session::abort(session, world.config, Reason::data_after_close_notify,
                                  "application data that nobody will read"));
      return attempt.answer(-1);
    }
  }
  return attempt.answer(1);
}

}  // namespace stepshake::connection
