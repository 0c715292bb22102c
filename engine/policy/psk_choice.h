// Which of the offered PSKs a server takes (RFC 8446 4.2.11). A part of the negotiation.
#pragma once

#include <optional>

#include "policy/negotiation.h"

namespace stepshake::policy {

// RFC 8446 4.2.9, 4.2.11: what a hello with PSKs must have.
Result<void> check_psk_offer(const wire::ClientHelloExtensions& extensions);

// A mode that both allow; psk_dhe_ke only where there is a group.
std::optional<wire::PskKeyExchangeMode> choose_psk_mode(
    const wire::ClientHelloExtensions& extensions, const Config& config, bool has_group);

// The first offered PSK that the server knows, by its configuration or of its store, that is valid at `now`, and
// whose hash one of `suites` has.
std::optional<PskChoice> choose_psk(const wire::ClientHelloExtensions& extensions,
                                    const Config& config, std::int64_t now,
                                    const std::vector<wire::CipherSuite>& suites,
                                    const std::optional<Psk>& stored_ticket);

// A ticket is within its lifetime, and its session had the client certificate that the configuration insists on.
bool is_usable(const Psk& ticket, const Config& config, std::int64_t now);

}  // namespace stepshake::policy
