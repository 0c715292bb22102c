// Choices of TLS 1.2 and older. Pure, as negotiation.h: a hello and a configuration in, a choice out.
#pragma once

#include <cstdint>
#include <optional>

#include "base/result.h"
#include "policy/config.h"
#include "policy/negotiation.h"
#include "wire/client_hello.h"
#include "wire/code_points.h"

namespace stepshake::policy {

// Which groups of the registry are elliptic curves, and which are primes (RFC 7919 3: 256 to 511, known or not).
bool is_curve(wire::NamedGroup group);
bool is_prime_group(wire::NamedGroup group);
// RFC 8422 5.1.1, 5.3: a server's ECDSA key is on one of the curves that the hello names, where it names any groups.
bool allows_curve_of(crypto::KeyType type, const wire::ClientHello& hello);

// What a server answers a ClientHello with that resumes nothing.
struct Choice12 {
  wire::CipherSuite cipher_suite{};
  std::optional<wire::NamedGroup>
      group;  // of (EC)DHE; DHE without one takes the configuration's own
  std::optional<IdentityChoice> certificate;  // RSA key transport signs nothing: no scheme
};

// The server's preferences rule, among suites for which there is all that they need: a group, a certificate, a key.
Result<Choice12> negotiate12(const wire::ClientHello& hello, const Config& config,
                             wire::ProtocolVersion version);

// The scheme that an identity signs a suite's ServerKeyExchange or a CertificateVerify with; nothing where it cannot.
std::optional<wire::SignatureScheme> choose_scheme12(
    const Identity& identity, const Config& config, wire::ProtocolVersion version,
    const std::vector<wire::SignatureScheme>& peer_schemes);

// The session that the hello wants to resume, by its ticket or its session id, where it may be. `stored` is what the
// store had for either. RFC 7627 5.3: a client that drops the extended master secret is refused, and
// so is one that drops the suite.
Result<std::optional<Psk>> choose_session12(const wire::ClientHello& hello, const Config& config,
                                            std::int64_t now, wire::ProtocolVersion version,
                                            const std::optional<Psk>& stored);

}  // namespace stepshake::policy
