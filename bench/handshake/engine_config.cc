#include "bench/handshake/engine_config.h"

#include "bench/handshake/certificates.h"

namespace stepshake::bench {
namespace {

policy::Config config_of(const Suite& suite, policy::Role role) {
  policy::Config made = policy::default_config();
  made.role = role;
  made.min_version = made.max_version = suite.version;
  made.cipher_suites = {suite.cipher_suite};
  made.groups = made.key_share_groups = {suite.group};
  // TLS 1.2 wants the curve of the certificate among the groups, too.
  if (!suite.is_tls13() && suite.group != wire::NamedGroup::secp256r1) {
    made.groups.push_back(wire::NamedGroup::secp256r1);
  }
  const Certificates& issued = certificates(suite.key, suite.chain);
  made.trust = crypto::TrustAnchors({to_der(issued.root.certificate.get())});
  return made;
}

}  // namespace

policy::Config client_config(const Suite& suite) {
  policy::Config made = config_of(suite, policy::Role::client);
  made.server_name = kServerName;
  const Certificates& issued = certificates(suite.key, suite.chain);
  if (suite.mutual) made.identities.push_back({issued.client_chain, issued.client.key});
  return made;
}

policy::Config server_config(const Suite& suite) {
  policy::Config made = config_of(suite, policy::Role::server);
  const Certificates& issued = certificates(suite.key, suite.chain);
  made.identities.push_back({issued.server_chain, issued.server.key});
  if (suite.mutual) made.client_authentication = policy::ClientAuthentication::require;
  made.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  made.tickets = 2;
  if (suite.resumption == Resumption::session_id) {
    made.session_tickets = false;
    made.ticket_storage = policy::TicketStorage::stored;
  }
  return made;
}

}  // namespace stepshake::bench
