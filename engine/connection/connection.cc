#include "connection/connection.h"

#include "connection/attempt.h"

namespace stepshake::connection {
namespace {

void restart(Connection& connection, policy::Role role) {
  const policy::ConfigDigest config = connection.session.config;
  connection = {};
  connection.session.config = config;
  connection.session.role = role;
}

}  // namespace

Connection make_connection(const policy::Config& config) { return {session::make_session(config)}; }

Connection make_connection(const policy::Config& config, const policy::ConfigDigest& digest) {
  return {session::make_session(config, digest)};
}

void set_connect_state(Connection& connection) { restart(connection, policy::Role::client); }

void set_accept_state(Connection& connection) { restart(connection, policy::Role::server); }

std::optional<handshake::Question> question_of(const Connection& connection) {
  return session::question_of(connection.session);
}

bool takes_answer(const Connection& connection, const handshake::Answer& answer) {
  return question_of(connection) && handshake::takes(connection.session.state, answer);
}

CallResult do_handshake(Connection& connection, const World& world, Wires wires) {
  Attempt attempt(connection, world, wires);
  if (!connection.session.role) return attempt.refuse(Reason::connection_type_not_set);
  // The one way to 0: the method's handshake function is a placeholder (measured on OpenSSL 3.0).
  if (attempt.role_forbidden()) return attempt.refuse(Reason::called_wrong_function, 0);
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

}  // namespace stepshake::connection
