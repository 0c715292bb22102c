#include "policy/psk_choice.h"

#include <algorithm>
#include <cstdlib>

#include "crypto/cipher_suite.h"

namespace stepshake::policy {
namespace {

// What a client's and a server's idea of a ticket's age may differ by before 0-RTT data counts as replayed.
constexpr std::int64_t kFreshnessWindow = 10'000;  // milliseconds

std::optional<Psk> find_ticket(const Bytes& identity, const Config& config,
                               const std::optional<Psk>& stored) {
  if (config.ticket_storage == TicketStorage::stored) {
    return stored && stored->identity == identity ? stored : std::nullopt;
  }
  const auto opened = open_with(config.ticket_keys, "ticket", identity);
  if (!opened) return std::nullopt;
  auto ticket = decode_psk(*opened);
  return ticket ? std::optional<Psk>(std::move(ticket).value()) : std::nullopt;
}

std::optional<Psk> find_psk(const Bytes& identity, const Config& config, std::int64_t now,
                            const std::optional<Psk>& stored) {
  for (const auto& psk : config.psks) {
    if (psk.origin != PskOrigin::resumption && psk.identity == identity) return psk;
  }
  auto ticket = find_ticket(identity, config, stored);
  const bool fits = ticket && ticket->version == wire::ProtocolVersion::tls_1_3;
  if (!fits || !is_usable(*ticket, config, now)) return std::nullopt;
  return ticket;
}

bool any_with_hash(const std::vector<wire::CipherSuite>& suites, crypto::HashAlgorithm hash) {
  return std::any_of(suites.begin(), suites.end(),
                     [&](auto suite) { return crypto::facts_of(suite)->hash == hash; });
}

// RFC 8446 8.3: the age that the client tells, against the age that the ticket has.
bool is_fresh(const wire::PskIdentity& offered, const Psk& psk, std::int64_t now) {
  if (psk.origin != PskOrigin::resumption) return true;
  const std::uint32_t told = offered.obfuscated_ticket_age - psk.age_add;
  return std::abs(static_cast<std::int64_t>(told) - (now - psk.issued_at) * 1'000) <=
         kFreshnessWindow;
}

}  // namespace

bool is_usable(const Psk& ticket, const Config& config, std::int64_t now) {
  // RFC 8446 4.6.1: a ticket is of no use after its lifetime.
  if (now < ticket.issued_at || now - ticket.issued_at > ticket.lifetime) return false;
  // A server that insists on the client's certificate does not take a ticket from a session that had none.
  return config.client_authentication != ClientAuthentication::require ||
         !ticket.peer_certificates.empty();
}

Result<void> check_psk_offer(const wire::ClientHelloExtensions& extensions) {
  if (!extensions.pre_shared_key) return {};
  // RFC 8446 4.2.9: servers MUST abort.
  if (!extensions.psk_key_exchange_modes) {
    return fail(Reason::missing_extension, "pre_shared_key without psk_key_exchange_modes");
  }
  const auto& offer = *extensions.pre_shared_key;
  if (offer.identities.size() != offer.binders.size()) {
    return fail(Reason::bad_psk, "not as many binders as identities");
  }
  return {};
}

std::optional<wire::PskKeyExchangeMode> choose_psk_mode(
    const wire::ClientHelloExtensions& extensions, const Config& config, bool has_group) {
  if (!extensions.psk_key_exchange_modes) return std::nullopt;
  const auto& offered = *extensions.psk_key_exchange_modes;
  for (auto mode : config.psk_modes) {
    if (mode == wire::PskKeyExchangeMode::psk_dhe_ke && !has_group) continue;
    if (std::find(offered.begin(), offered.end(), mode) != offered.end()) return mode;
  }
  return std::nullopt;
}

std::optional<PskChoice> choose_psk(const wire::ClientHelloExtensions& extensions,
                                    const Config& config, std::int64_t now,
                                    const std::vector<wire::CipherSuite>& suites,
                                    const std::optional<Psk>& stored_ticket) {
  if (!extensions.pre_shared_key) return std::nullopt;
  const auto& identities = extensions.pre_shared_key->identities;
  for (std::size_t i = 0; i < identities.size(); ++i) {
    auto psk = find_psk(identities[i].identity, config, now, stored_ticket);
    if (psk && any_with_hash(suites, psk->hash)) {
      return PskChoice{static_cast<std::uint16_t>(i), std::move(*psk)};
    }
  }
  return std::nullopt;
}

bool accepts_early_data(const wire::ClientHello& hello, const Choice& choice, const Config& config,
                        std::int64_t now) {
  if (!hello.extensions.early_data || config.max_early_data == 0 || !choice.psk) return false;
  // RFC 8446 4.2.10: the first PSK, with the suite and the protocol that it was made for.
  const Psk& psk = choice.psk->psk;
  return choice.psk->index == 0 && psk.max_early_data > 0 &&
         psk.cipher_suite == choice.cipher_suite &&
         psk.alpn_protocol == choice.alpn_protocol.value_or(Bytes{}) &&
         is_fresh(hello.extensions.pre_shared_key->identities.front(), psk, now);
}

}  // namespace stepshake::policy
