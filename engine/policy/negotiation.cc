#include "policy/negotiation.h"

#include <algorithm>

#include "crypto/cipher_suite.h"
#include "policy/psk_choice.h"

namespace stepshake::policy {
namespace {

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

// RFC 8446 9.2: which extensions a ClientHello must have.
Result<void> check_mandatory(const wire::ClientHelloExtensions& extensions) {
  if (!extensions.pre_shared_key && !extensions.signature_algorithms) {
    return fail(Reason::missing_signature_algorithms, "in ClientHello");
  }
  if (!extensions.pre_shared_key && !extensions.supported_groups) {
    return fail(Reason::missing_extension, "supported_groups is missing");
  }
  if (extensions.supported_groups.has_value() != extensions.key_share.has_value()) {
    return fail(Reason::missing_extension, "supported_groups and key_share come together");
  }
  return check_psk_offer(extensions);
}

// RFC 8446 4.2.8: one share a group, and only for groups in supported_groups.
Result<void> check_shares(const wire::ClientHelloExtensions& extensions) {
  if (!extensions.key_share) return {};
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

// Those that both have, in the server's order.
Result<std::vector<wire::CipherSuite>> shared_suites(const wire::ClientHello& hello,
                                                     const Config& config,
                                                     std::optional<wire::CipherSuite> fixed_suite) {
  std::vector<wire::CipherSuite> suites;
  for (auto suite : cipher_suites_of(config, wire::ProtocolVersion::tls_1_3)) {
    const bool allowed = !fixed_suite || suite == *fixed_suite;
    if (allowed && contains(hello.cipher_suites, suite)) suites.push_back(suite);
  }
  if (suites.empty()) {
    return fail(Reason::no_shared_cipher, "none of the client's cipher suites is allowed here");
  }
  return suites;
}

wire::CipherSuite first_with_hash(const std::vector<wire::CipherSuite>& suites,
                                  crypto::HashAlgorithm hash) {
  return *std::find_if(suites.begin(), suites.end(),
                       [&](auto suite) { return crypto::facts_of(suite)->hash == hash; });
}

// Leaves the choice without a group where there is none in common.
void choose_group(const wire::ClientHelloExtensions& extensions, const Config& config,
                  Choice& choice) {
  if (!extensions.key_share) return;
  for (auto group : config.groups) {
    const auto& shares = *extensions.key_share;
    const auto share = std::find_if(shares.begin(), shares.end(),
                                    [&](const auto& each) { return each.group == group; });
    if (share == shares.end()) continue;
    choice.group = group;
    choice.share = static_cast<std::size_t>(share - shares.begin());
    return;
  }
  for (auto group : config.groups) {
    if (!contains(*extensions.supported_groups, group)) continue;
    choice.group = group;
    return;
  }
}

// RFC 8446 4.1.1: a PSK that the server knows, in a mode that both allow.
void choose_resumption(const wire::ClientHelloExtensions& extensions, const Config& config,
                       std::int64_t now, const std::vector<wire::CipherSuite>& suites,
                       const std::optional<Psk>& stored_ticket, Choice& choice) {
  const auto mode = choose_psk_mode(extensions, config, choice.group.has_value());
  choice.takes_tickets = mode.has_value();
  if (!mode) return;
  choice.psk = choose_psk(extensions, config, now, suites, stored_ticket);
  if (!choice.psk) return;
  choice.cipher_suite = first_with_hash(suites, choice.psk->psk.hash);
  if (*mode == wire::PskKeyExchangeMode::psk_ke) {
    choice.group.reset();
    choice.share.reset();
  }
}

// RFC 8446 4.1.1: without a PSK, a group and a certificate.
Result<void> check_certificate_offer(const wire::ClientHelloExtensions& extensions,
                                     const Choice& choice) {
  if (!extensions.signature_algorithms) {
    return fail(Reason::missing_signature_algorithms, "in ClientHello, and no PSK fits");
  }
  if (!extensions.supported_groups) {
    return fail(Reason::missing_extension, "supported_groups is missing, and no PSK fits");
  }
  if (!choice.group) {
    return fail(Reason::no_shared_group, "none of the client's groups is allowed here");
  }
  return {};
}

bool issued_by(const Identity& identity, const std::vector<Bytes>& authorities) {
  return std::any_of(identity.chain.begin(), identity.chain.end(), [&](const Bytes& der) {
    const auto issuer = crypto::issuer_of(der);
    return issuer && contains(authorities, *issuer);
  });
}

// How a chain is signed; a self-signed certificate's own signature does not count (RFC 8446 4.4.2.2).
struct ChainSignatures {
  bool wished = true;     // every one in a way that the peer takes
  bool unwished = false;  // one in a way that has a scheme, which the peer does not take
  bool sha1 = false;
};

ChainSignatures signatures_of(const Identity& identity,
                              const std::vector<wire::SignatureScheme>& taken) {
  using enum wire::SignatureScheme;
  ChainSignatures all;
  for (const auto& der : identity.chain) {
    const auto possible = crypto::signed_with(der);
    const bool wished = std::any_of(possible.begin(), possible.end(),
                                    [&](auto scheme) { return contains(taken, scheme); });
    if (crypto::is_self_issued(der)) continue;
    all.wished = all.wished && wished;
    all.unwished = all.unwished || (!wished && !possible.empty());
    all.sha1 = all.sha1 || contains(possible, rsa_pkcs1_sha1) || contains(possible, ecdsa_sha1);
  }
  return all;
}

// The greater the better; nothing for a chain that must not be sent.
std::optional<int> worth(const Identity& identity, const PeerWishes& wishes) {
  const auto signatures = signatures_of(identity, wishes.certificate_schemes);
  // RFC 8446 4.4.2.2: a chain with SHA-1 goes only to a peer that takes it; 4.4.2.3: a client's chain MUST be signed
  // in ways that the server takes.
  if (!signatures.wished && signatures.sha1) return std::nullopt;
  if (signatures.unwished && wishes.or_none) return std::nullopt;
  const bool issued = wishes.authorities.empty() || issued_by(identity, wishes.authorities);
  // RFC 8446 4.2.3: SHA-1 only where no chain does without.
  return (signatures.wished ? 4 : 0) + (signatures.sha1 ? 0 : 2) + (issued ? 1 : 0);
}

bool is_offered(const wire::ClientHello& hello, wire::ProtocolVersion version) {
  // RFC 8446 4.2.1: where the extension is present, it alone decides.
  if (hello.extensions.supported_versions) {
    return contains(*hello.extensions.supported_versions, version);
  }
  // RFC 5246 E.1: the highest version that the client has, and those below; RFC 8446 4.2.1: TLS 1.2 at most.
  return version <= wire::ProtocolVersion::tls_1_2 &&
         wire::number_of(version) <= hello.legacy_version;
}

std::optional<wire::SignatureScheme> scheme_for(const Identity& identity, const Config& config,
                                                const PeerWishes& wishes) {
  for (auto scheme : config.signature_schemes) {
    if (contains(wishes.schemes, scheme) && crypto::fits(scheme, identity.key)) return scheme;
  }
  return std::nullopt;
}

}  // namespace

Result<std::optional<Bytes>> choose_alpn(const wire::ClientHelloExtensions& extensions,
                                         const Config& config) {
  if (!extensions.alpn || config.alpn_protocols.empty()) return std::optional<Bytes>();
  for (const auto& protocol : config.alpn_protocols) {
    if (contains(*extensions.alpn, protocol)) return std::optional<Bytes>(protocol);
  }
  // RFC 7301 3.2
  return fail(Reason::no_application_protocol, "none of the client's protocols is allowed here");
}

Result<wire::ProtocolVersion> choose_version(const wire::ClientHello& hello, const Config& config) {
  // RFC 8446 D.5: a hello with legacy_version 0x0300 MUST be answered with protocol_version.
  if (hello.legacy_version <= 0x0300) {
    return fail(Reason::unsupported_version, "legacy_version is SSL 3.0 or older");
  }
  const auto enabled = enabled_versions(config);
  const auto chosen = std::find_if(enabled.begin(), enabled.end(),
                                   [&](auto version) { return is_offered(hello, version); });
  if (chosen == enabled.end()) {
    return fail(Reason::no_shared_version, "none of the client's versions is allowed here");
  }
  // RFC 7507 3: a client that falls back, from a version that it need not have left.
  if (contains(hello.cipher_suites, wire::kFallbackScsv) && *chosen < enabled.front()) {
    return fail(Reason::inappropriate_fallback, "TLS_FALLBACK_SCSV with less than could be had");
  }
  return *chosen;
}

Result<Choice> negotiate(const wire::ClientHello& hello, const Config& config, std::int64_t now,
                         std::optional<wire::CipherSuite> fixed_suite,
                         const std::optional<Psk>& stored_ticket) {
  const auto& extensions = hello.extensions;
  TRY(check_mandatory(extensions));
  TRY(check_shares(extensions));
  TRY_ASSIGN(const auto suites, shared_suites(hello, config, fixed_suite));
  Choice choice;
  choice.cipher_suite = suites.front();
  choose_group(extensions, config, choice);
  TRY_ASSIGN(choice.alpn_protocol, choose_alpn(extensions, config));
  choose_resumption(extensions, config, now, suites, stored_ticket, choice);
  if (choice.psk) return choice;
  TRY(check_certificate_offer(extensions, choice));
  if (!config.pause_on.certificate) {
    TRY_ASSIGN(choice.certificate, choose_certificate(hello, config));
  }
  return choice;
}

Result<IdentityChoice> choose_certificate(const wire::ClientHello& hello, const Config& config) {
  const auto& extensions = hello.extensions;
  const auto& schemes = *extensions.signature_algorithms;
  const auto choice =
      choose_identity(config, {schemes, extensions.signature_algorithms_cert.value_or(schemes),
                               extensions.certificate_authorities.value_or(std::vector<Bytes>{})});
  if (choice) return *choice;
  return fail(Reason::no_suitable_certificate,
              "no certificate here can sign with the client's signature_algorithms");
}

std::optional<IdentityChoice> choose_identity(const Config& config, const PeerWishes& wishes) {
  return choose_identity(config, wishes, [&](const Identity& identity) {
    return scheme_for(identity, config, wishes);
  });
}

std::optional<IdentityChoice> choose_identity(const Config& config, const PeerWishes& wishes,
                                              const SchemeOf& scheme_of) {
  std::optional<IdentityChoice> best;
  int most = -1;
  for (std::size_t i = 0; i < config.identities.size(); ++i) {
    const auto scheme = scheme_of(config.identities[i]);
    if (!scheme) continue;
    const auto found = worth(config.identities[i], wishes);
    if (!found || *found <= most) continue;
    best = IdentityChoice{i, *scheme};
    most = *found;
  }
  return best;
}

}  // namespace stepshake::policy
