#include "handshake/tickets13.h"

#include <algorithm>
#include <array>

#include "crypto/cipher_suite.h"
#include "policy/psk.h"

namespace stepshake::handshake {
namespace {

constexpr std::size_t kHandleSize = 32;  // bytes that nobody guesses
constexpr std::size_t kMostInTicket = 16'384;

// What both sides derive from a ticket alike.
policy::Psk psk_of(const ApplicationKeys& keys, BytesView ticket_nonce, const Turn& turn) {
  const crypto::HashAlgorithm hash = crypto::facts_of(keys.cipher_suite)->hash;
  policy::Psk psk;
  psk.origin = policy::PskOrigin::resumption;
  psk.key = schedule::resumption_psk(hash, keys.resumption_master_secret.view(), ticket_nonce);
  psk.hash = hash;
  psk.cipher_suite = keys.cipher_suite;
  psk.alpn_protocol = turn.facts.alpn_protocol.value_or(Bytes{});
  psk.issued_at = turn.now;
  return psk;
}

// With the client's chain in it, unless a ClientHello could then hardly bear it.
Bytes seal(policy::Psk psk, Turn& turn) {
  const auto nonce = turn.random.array<crypto::kNonceSize>();
  Bytes plaintext = policy::encode_psk(psk);
  if (plaintext.size() > kMostInTicket) {
    psk.peer_certificates.resize(std::min<std::size_t>(psk.peer_certificates.size(), 1));
    plaintext = policy::encode_psk(psk);
  }
  return policy::seal_with(turn.config.ticket_keys.front(), "ticket", nonce, plaintext);
}

void send_ticket(const ApplicationKeys& keys, std::uint8_t number, Turn& turn) {
  const policy::Config& config = turn.config;
  wire::NewSessionTicket message;
  // RFC 8446 4.6.1: a fresh age_add and a nonce that is unique over the connection's tickets.
  const auto age_add = turn.random.array<4>();
  message.ticket_age_add = static_cast<std::uint32_t>(age_add[0]) << 24 |
                           static_cast<std::uint32_t>(age_add[1]) << 16 |
                           static_cast<std::uint32_t>(age_add[2]) << 8 | age_add[3];
  message.ticket_lifetime = config.ticket_lifetime;
  message.ticket_nonce = {number};
  if (config.max_early_data > 0) message.max_early_data_size = config.max_early_data;
  policy::Psk psk = psk_of(keys, message.ticket_nonce, turn);
  psk.server_name = turn.facts.server_name;
  psk.lifetime = message.ticket_lifetime;
  psk.age_add = message.ticket_age_add;
  psk.max_early_data = config.max_early_data;
  psk.peer_certificates = turn.facts.peer_certificates;
  if (config.ticket_storage == policy::TicketStorage::stored) {
    psk.identity = to_bytes(turn.random.array<kHandleSize>());
    message.ticket = psk.identity;
    turn.store_ticket(std::move(psk));
  } else {
    message.ticket = seal(std::move(psk), turn);
  }
  turn.send_outside_transcript(message);
}

}  // namespace

void send_tickets(const ApplicationKeys& keys, Turn& turn) {
  const bool sealed = turn.config.ticket_storage == policy::TicketStorage::sealed;
  if (sealed && turn.config.ticket_keys.empty()) return;
  // After a resumption one ticket replaces the one that was used.
  const unsigned count = turn.facts.psk ? std::min(turn.config.tickets, 1U) : turn.config.tickets;
  for (unsigned i = 0; i < count; ++i) send_ticket(keys, static_cast<std::uint8_t>(i), turn);
}

Result<void> receive_ticket(const ApplicationKeys& keys, const wire::NewSessionTicket& message,
                            Turn& turn) {
  // RFC 8446 4.6.1: a lifetime of zero says that the ticket is to be discarded at once.
  if (message.ticket_lifetime == 0) return {};
  policy::Psk psk = psk_of(keys, message.ticket_nonce, turn);
  psk.identity = message.ticket;
  psk.server_name = turn.config.server_name;
  psk.lifetime = message.ticket_lifetime;
  psk.age_add = message.ticket_age_add;
  psk.max_early_data = message.max_early_data_size.value_or(0);
  psk.peer_certificates = turn.facts.peer_certificates;
  turn.keep_ticket(std::move(psk));
  return {};
}

}  // namespace stepshake::handshake
