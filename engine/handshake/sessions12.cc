#include "handshake/sessions12.h"

#include <algorithm>
#include <utility>

#include "crypto/aead.h"

namespace stepshake::handshake {
namespace {

constexpr std::size_t kHandleSize = 32;  // bytes that nobody guesses
constexpr std::size_t kMostInTicket = 16'384;
// RFC 5246 F.1.4: how long a session lives of which the server does not say.
constexpr std::uint32_t kLongestLifetime = 86'400;  // seconds

policy::Psk session(const Agreed12& agreed, const schedule::MasterSecret12& master,
                    const Turn& turn) {
  policy::Psk kept;
  kept.origin = policy::PskOrigin::resumption;
  kept.key = master.secret;
  kept.hash = master.prf.hash;
  kept.cipher_suite = agreed.cipher_suite;
  kept.alpn_protocol = turn.facts.alpn_protocol.value_or(Bytes());
  kept.issued_at = turn.now;
  kept.peer_certificates = turn.facts.peer_certificates;
  kept.version = agreed.version;
  kept.extended_master_secret = agreed.extended_master_secret;
  return kept;
}

}  // namespace

std::uint32_t rest_of_life(const Agreed12& agreed, std::uint32_t lifetime, std::int64_t now) {
  if (!agreed.session_ends) return lifetime;
  const std::int64_t rest = std::clamp<std::int64_t>(*agreed.session_ends - now, 0, lifetime);
  return static_cast<std::uint32_t>(rest);
}

namespace client12 {

std::optional<policy::Psk> session_of(const Agreed12& agreed,
                                      const schedule::MasterSecret12& master,
                                      const wire::NewSessionTicket12& message, const Turn& turn) {
  // RFC 5077 3.3: an empty ticket says that there is none after all.
  if (message.ticket.empty()) return session_of_id(agreed, master, turn);
  policy::Psk kept = session(agreed, master, turn);
  kept.identity = message.ticket;
  kept.server_name = turn.config.server_name;
  kept.lifetime = message.ticket_lifetime_hint == 0
                      ? rest_of_life(agreed, kLongestLifetime, turn.now)
                      : message.ticket_lifetime_hint;
  return kept;
}

std::optional<policy::Psk> session_of_id(const Agreed12& agreed,
                                         const schedule::MasterSecret12& master, const Turn& turn) {
  if (agreed.session_id.empty() || agreed.resumed) return std::nullopt;
  policy::Psk kept = session(agreed, master, turn);
  kept.identity = agreed.session_id;
  kept.by_session_id = true;
  kept.server_name = turn.config.server_name;
  kept.lifetime = kLongestLifetime;
  return kept;
}

}  // namespace client12

namespace server12 {
namespace {

policy::Psk session_to_keep(const Agreed12& agreed, const schedule::MasterSecret12& master,
                            const Turn& turn) {
  policy::Psk kept = session(agreed, master, turn);
  kept.server_name = turn.facts.server_name;
  kept.lifetime = rest_of_life(agreed, turn.config.ticket_lifetime, turn.now);
  return kept;
}

}  // namespace

bool issues_tickets(const policy::Config& config) {
  if (!config.session_tickets || config.tickets == 0) return false;
  return config.ticket_storage == policy::TicketStorage::stored || !config.ticket_keys.empty();
}

bool issues_session_ids(const policy::Config& config) {
  return config.tickets > 0 && config.ticket_storage == policy::TicketStorage::stored;
}

void send_ticket12(const Agreed12& agreed, const schedule::MasterSecret12& master, Turn& turn) {
  const policy::Config& config = turn.config;
  policy::Psk kept = session_to_keep(agreed, master, turn);
  wire::NewSessionTicket12 message{kept.lifetime, {}};
  if (config.ticket_storage == policy::TicketStorage::stored) {
    kept.identity = to_bytes(turn.random.array<kHandleSize>());
    message.ticket = kept.identity;
    turn.store_ticket(std::move(kept));
  } else {
    const auto nonce = turn.random.array<crypto::kNonceSize>();
    Bytes plaintext = policy::encode_psk(kept);
    if (plaintext.size() > kMostInTicket) {
      kept.peer_certificates.resize(std::min<std::size_t>(kept.peer_certificates.size(), 1));
      plaintext = policy::encode_psk(kept);
    }
    message.ticket = policy::seal_with(config.ticket_keys.front(), "ticket12", nonce, plaintext);
  }
  turn.send(message);
}

void store_session12(const Agreed12& agreed, const schedule::MasterSecret12& master, Turn& turn) {
  policy::Psk kept = session_to_keep(agreed, master, turn);
  kept.identity = agreed.session_id;
  kept.by_session_id = true;
  if (kept.lifetime > 0) turn.store_ticket(std::move(kept));
}

}  // namespace server12

}  // namespace stepshake::handshake
