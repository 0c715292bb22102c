#include "session/session.h"

#include "handshake/dispatch.h"

namespace stepshake::session {

Session make_session(const policy::Config& config) {
  return make_session(config, policy::digest_of(config));
}

Session make_session(const policy::Config& config, const policy::ConfigDigest& digest) {
  Session session;
  session.config = digest;
  session.role = config.role;
  return session;
}

std::string_view state_name(const Session& session) { return handshake::name_of(session.state); }

std::optional<wire::ProtocolVersion> older_version(const Session& session) {
  const auto& version = session.facts.version;
  return version && *version < wire::ProtocolVersion::tls_1_3 ? version : std::nullopt;
}

bool starts_early(const Session& session, const policy::Config& config) {
  return config.false_start && session.pending.empty() && handshake::may_start_early(session.state);
}

bool handshake_complete(const Session& session) {
  return handshake::is_connected(session.state) && session.pending.empty();
}

}  // namespace stepshake::session
