// Choices between what two sides offer. Pure: a hello and a configuration in, a choice out.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "policy/config.h"
#include "wire/client_hello.h"
#include "wire/code_points.h"

namespace stepshake::policy {

// What a server answers a TLS 1.3 ClientHello with.
struct Choice {
  wire::CipherSuite cipher_suite{};
  wire::NamedGroup group{};
  // Where in the hello's key_share the group's share stands; nothing: a HelloRetryRequest has to ask for it.
  std::optional<std::size_t> share;
  std::size_t identity = 0;  // in the configuration's identities
  wire::SignatureScheme signature_scheme{};
  std::optional<Bytes> alpn_protocol;
};

// The highest version that both have (RFC 8446 4.2.1).
Result<wire::ProtocolVersion> choose_version(const wire::ClientHello& hello, const Config& config);

// The server's preferences rule; of the groups, one that needs no second round trip comes first.
Result<Choice> negotiate(const wire::ClientHello& hello, const Config& config);

struct IdentityChoice {
  std::size_t identity = 0;
  wire::SignatureScheme scheme{};
};

// The first identity whose key can sign with a scheme that the peer takes; nothing where there is none.
// `authorities`, where the peer names some, restricts the choice to chains that one of them issued.
std::optional<IdentityChoice> choose_identity(const Config& config,
                                              const std::vector<wire::SignatureScheme>& peer_schemes,
                                              const std::vector<Bytes>& authorities);

}  // namespace stepshake::policy
