// What can be asked of a connection after its handshake: SSL_key_update(3), SSL_verify_client_post_handshake(3),
// SSL_export_keying_material(3).
#include "connection/attempt.h"
#include "connection/connection.h"
#include "handshake/dispatch.h"

namespace stepshake::connection {

CallResult key_update(Connection& connection, const World& world, Wires wires,
                      bool request_peer_update) {
  Attempt attempt(connection, world, wires);
  session::Session& session = connection.session;
  if (!session::handshake_complete(session) || session::question_of(session)) {
    return attempt.refuse(Reason::still_in_handshake, 0);
  }
  if (session::older_version(session)) return attempt.refuse(Reason::not_in_this_version, 0);
  if (session.shutdown.sent) return attempt.refuse(Reason::protocol_is_shutdown, 0);
  const bool done =
      attempt.note(session::update_keys(session, world.config, world.inputs, request_peer_update));
  return attempt.answer(done && attempt.flush() ? 1 : 0);
}

CallResult verify_client_post_handshake(Connection& connection, const World& world, Wires wires) {
  Attempt attempt(connection, world, wires);
  session::Session& session = connection.session;
  if (session.role != policy::Role::server) return attempt.refuse(Reason::not_server, 0);
  if (session::older_version(session)) return attempt.refuse(Reason::not_in_this_version, 0);
  if (!handshake::takes_application_data(session.state)) {
    return attempt.refuse(Reason::still_in_handshake, 0);
  }
  if (!session.facts.post_handshake_auth) {
    return attempt.refuse(Reason::extension_not_received, 0);
  }
  const bool done =
      attempt.note(session::request_client_certificate(session, world.config, world.inputs));
  return attempt.answer(done && attempt.flush() ? 1 : 0);
}

Result<Secret> export_keying_material(const Connection& connection, std::string_view label,
                                      std::optional<BytesView> context, std::size_t length) {
  return handshake::export_keying_material(connection.session.state, label, context, length);
}

Result<Secret> export_keying_material_early(const Connection& connection, std::string_view label,
                                            std::optional<BytesView> context, std::size_t length) {
  const auto& exporter = connection.session.early_exporter;
  const auto early = connection.session.facts.early_data;
  const bool usable =
      early == handshake::EarlyData::accepted ||
      (early == handshake::EarlyData::offered && connection.session.role == policy::Role::client);
  if (!exporter || !usable) {
    return fail(Reason::called_wrong_function, "there is no 0-RTT data to export a key for");
  }
  return handshake::export_with(*exporter, label, context.value_or(BytesView()), length);
}

}  // namespace stepshake::connection
