#include "server/session_size.h"

#include "session/session.h"

namespace stepshake::server {

std::size_t held_bytes(const SessionRecord& record) {
  const session::Session& session = record.stepped.connection.session;
  std::size_t bytes = record.stepped.inbox.size() + record.stepped.outbox.size();
  bytes += session.transcript.messages.size() + session.deframer.partial.size() +
           session.reassembler.pending.size() + session.output.size() +
           session.application_data.size() + session.early_data.size();
  for (const Bytes& certificate : session.facts.peer_certificates) bytes += certificate.size();
  for (const policy::Psk& ticket : session.tickets) bytes += ticket.identity.size();
  return bytes;
}

}  // namespace stepshake::server
