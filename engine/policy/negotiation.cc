#include "policy/negotiation.h"

#include <algorithm>

namespace stepshake::policy {
namespace {

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// RFC 8446 9.2: which extensions a ClientHello without a PSK must have.
Result<void> check_mandatory(const wire::ClientHelloExtensions& extensions) {
  const auto missing = [](std::string_view what) {
    return fail(Reason::missing_extension, std::string(what) + " is missing");
  };
  if (!extensions.supported_groups) return missing("supported_groups");
  if (!extensions.key_share) return missing("key_share");
  if (!extensions.signature_algorithms) {
    return fail(Reason::missing_signature_algorithms, "in ClientHello");
  }
  return {};
}

// RFC 8446 4.2.8: one share a group, and only for groups in supported_groups.
Result<void> check_shares(const wire::ClientHelloExtensions& extensions) {
  std::vector<wire::NamedGroup> seen;
  for (const auto& share : *extensions.key_share) {
    if (!contains(*extensions.supported_groups, share.group)) {
      return fail(Reason::bad_key_share,
                  "a share for " + wire::shown(share.group) + ", which supported_groups lacks");
    }
    if (contains(seen, share.group)) {
      return fail(Reason::bad_key_share, "two shares for " + wire::shown(share.group));
    }
    seen.push_back(share.group);
  }
  return {};
}

Result<wire::CipherSuite> choose_cipher_suite(const wire::ClientHello& hello,
                                              const Config& config) {
  for (auto suite : config.cipher_suites) {
    if (contains(hello.cipher_suites, suite)) return suite;
  }
  return fail(Reason::no_shared_cipher, "none of the client's cipher suites is allowed here");
}

Result<void> choose_group(const wire::ClientHelloExtensions& extensions, const Config& config,
                          Choice& choice) {
  for (auto group : config.groups) {
    const auto& shares = *extensions.key_share;
    const auto share = std::find_if(shares.begin(), shares.end(),
                                    [&](const auto& each) { return each.group == group; });
    if (share == shares.end()) continue;
    choice.group = group;
    choice.share = static_cast<std::size_t>(share - shares.begin());
    return {};
  }
  for (auto group : config.groups) {
    if (!contains(*extensions.supported_groups, group)) continue;
    choice.group = group;
    return {};
  }
  // RFC 8446 4.1.1: no mutually supported parameters: handshake_failure.
  return fail(Reason::no_shared_group, "none of the client's groups is allowed here");
}

Result<std::optional<Bytes>> choose_alpn(const wire::ClientHelloExtensions& extensions,
                                         const Config& config) {
  if (!extensions.alpn || config.alpn_protocols.empty()) return std::optional<Bytes>();
  for (const auto& protocol : config.alpn_protocols) {
    if (contains(*extensions.alpn, protocol)) return std::optional<Bytes>(protocol);
  }
  // RFC 7301 3.2
  return fail(Reason::no_application_protocol, "none of the client's protocols is allowed here");
}

bool issued_by(const Identity& identity, const std::vector<Bytes>& authorities) {
  return std::any_of(identity.chain.begin(), identity.chain.end(), [&](const Bytes& der) {
    const auto issuer = crypto::issuer_of(der);
    return issuer && contains(authorities, *issuer);
  });
}

}  // namespace

Result<wire::ProtocolVersion> choose_version(const wire::ClientHello& hello,
                                             const Config& config) {
  // RFC 8446 D.5: a hello with legacy_version 0x0300 MUST be answered with protocol_version.
  if (hello.legacy_version <= 0x0300) {
    return fail(Reason::unsupported_version, "legacy_version is SSL 3.0 or older");
  }
  std::vector<wire::ProtocolVersion> offered;
  if (hello.extensions.supported_versions) {
    // RFC 8446 4.2.1: where the extension is present, it alone decides.
    offered = *hello.extensions.supported_versions;
  } else {
    offered.push_back(static_cast<wire::ProtocolVersion>(
        std::min<std::uint16_t>(hello.legacy_version, 0x0303)));
  }
  for (auto version : supported_versions()) {
    if (version < config.min_version || version > config.max_version) continue;
    if (contains(offered, version)) return version;
  }
  return fail(Reason::no_shared_version, "none of the client's versions is allowed here");
}

Result<Choice> negotiate(const wire::ClientHello& hello, const Config& config) {
  TRY(check_mandatory(hello.extensions));
  TRY(check_shares(hello.extensions));
  Choice choice;
  TRY_ASSIGN(choice.cipher_suite, choose_cipher_suite(hello, config));
  TRY(choose_group(hello.extensions, config, choice));
  TRY_ASSIGN(choice.alpn_protocol, choose_alpn(hello.extensions, config));
  if (config.identities.empty()) {
    return fail(Reason::no_suitable_certificate, "the server has no certificate");
  }
  const auto identity = choose_identity(config, *hello.extensions.signature_algorithms, {});
  if (!identity) {
    return fail(Reason::no_suitable_certificate,
                "no certificate here can sign with the client's signature_algorithms");
  }
  choice.identity = identity->identity;
  choice.signature_scheme = identity->scheme;
  return choice;
}

std::optional<IdentityChoice> choose_identity(const Config& config,
                                              const std::vector<wire::SignatureScheme>& peer_schemes,
                                              const std::vector<Bytes>& authorities) {
  for (std::size_t i = 0; i < config.identities.size(); ++i) {
    if (!authorities.empty() && !issued_by(config.identities[i], authorities)) continue;
    for (auto scheme : config.signature_schemes) {
      if (contains(peer_schemes, scheme) && crypto::fits(scheme, config.identities[i].key)) {
        return IdentityChoice{i, scheme};
      }
    }
  }
  return std::nullopt;
}

}  // namespace stepshake::policy
