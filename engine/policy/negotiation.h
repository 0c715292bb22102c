// Choices between what two sides offer. Pure: a hello and a configuration in, a choice out.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "policy/config.h"
#include "wire/client_hello.h"
#include "wire/code_points.h"

namespace stepshake::policy {

// The certificate that a side presents, and the scheme that it signs with.
struct IdentityChoice {
  std::size_t identity = 0;  // in the configuration's identities
  wire::SignatureScheme scheme{};
};

struct PskChoice {
  std::uint16_t index = 0;  // in the hello's pre_shared_key
  Psk psk;
};

// What a server answers a TLS 1.3 ClientHello with.
struct Choice {
  wire::CipherSuite cipher_suite{};
  std::optional<PskChoice> psk;
  // Nothing where a PSK is used without (EC)DHE.
  std::optional<wire::NamedGroup> group;
  // Where in the hello's key_share the group's share stands; nothing: a HelloRetryRequest has to ask for it.
  std::optional<std::size_t> share;
  // Nothing where a PSK authenticates, or where the caller is asked first.
  std::optional<IdentityChoice> certificate;
  std::optional<Bytes> alpn_protocol;
  // The client offers a mode in which a ticket of this configuration could be used.
  bool takes_tickets = false;

  [[nodiscard]] bool needs_retry() const { return group && !share; }
};

// The highest version that both have (RFC 8446 4.2.1).
Result<wire::ProtocolVersion> choose_version(const wire::ClientHello& hello, const Config& config);

// The server's preferences rule; of the groups, one that needs no second round trip comes first; of the PSKs, the
// client's first that is known and still valid at `now`. `fixed_suite` is a HelloRetryRequest's; `stored_ticket` is
// what the store had for the offered PSKs.
Result<Choice> negotiate(const wire::ClientHello& hello, const Config& config, std::int64_t now,
                         std::optional<wire::CipherSuite> fixed_suite = std::nullopt,
                         const std::optional<Psk>& stored_ticket = std::nullopt);

// For a hello that has been negotiated, and that no PSK answers.
Result<IdentityChoice> choose_certificate(const wire::ClientHello& hello, const Config& config);

// RFC 8446 4.2.10: the 0-RTT data that the hello announces can be taken.
bool accepts_early_data(const wire::ClientHello& hello, const Choice& choice, const Config& config,
                        std::int64_t now);

// What a peer says of the certificates that it takes.
struct PeerWishes {
  std::vector<wire::SignatureScheme> schemes;  // signature_algorithms
  std::vector<wire::SignatureScheme>
      certificate_schemes;         // signature_algorithms_cert, or else the same
  std::vector<Bytes> authorities;  // certificate_authorities
  // A chain signed in other ways than certificate_schemes is not better than none (RFC 8446 4.4.2.3: a client's).
  bool or_none = false;
};

// The first identity whose key can sign with a scheme that the peer takes; nothing where there is none. Of several, the
// one whose chain meets most of the other wishes (RFC 8446 4.4.2.2, 4.4.2.3), and does so without SHA-1 (4.2.3). A
// chain with SHA-1 that the peer does not take is never chosen.
std::optional<IdentityChoice> choose_identity(const Config& config, const PeerWishes& wishes);

// The same, with the caller's word on the scheme that an identity would sign with; nothing: it cannot.
using SchemeOf = std::function<std::optional<wire::SignatureScheme>(const Identity&)>;
std::optional<IdentityChoice> choose_identity(const Config& config, const PeerWishes& wishes,
                                              const SchemeOf& scheme_of);

// RFC 7301 3.2: the server's first protocol that the client has; nothing where either side has none at all.
Result<std::optional<Bytes>> choose_alpn(const wire::ClientHelloExtensions& extensions,
                                         const Config& config);

}  // namespace stepshake::policy
