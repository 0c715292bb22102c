#include "policy/config.h"

#include <algorithm>
#include <array>
#include <set>

#include "crypto/cipher_suite.h"
#include "crypto/key_exchange.h"
#include "crypto/signature12.h"
#include "wire/writer.h"

namespace stepshake::policy {
namespace {

template <class T>
bool contains(const std::vector<T>& values, const T& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string at(std::string_view field, std::size_t index) {
  return std::string(field) + "[" + std::to_string(index) + "]";
}

// A list of code points must have some, each once, each one that this build can do.
template <class Enum>
std::optional<ConfigProblem> list_problem(std::string_view field, const std::vector<Enum>& values,
                                          const std::vector<Enum>& supported, bool may_be_empty) {
  if (values.empty() && !may_be_empty) {
    return ConfigProblem{std::string(field), "must name at least one"};
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!contains(supported, values[i])) {
      return ConfigProblem{at(field, i),
                           wire::shown(values[i]) + " is not supported by this build"};
    }
    if (std::find(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(i), values[i]) !=
        values.begin() + static_cast<std::ptrdiff_t>(i)) {
      return ConfigProblem{at(field, i), wire::shown(values[i]) + " is named twice"};
    }
  }
  return std::nullopt;
}

bool uses_sha1(wire::SignatureScheme scheme) {
  return scheme == wire::SignatureScheme::rsa_pkcs1_sha1 ||
         scheme == wire::SignatureScheme::ecdsa_sha1;
}

std::optional<ConfigProblem> certificate_scheme_problem(const Config& config) {
  const auto& schemes = config.certificate_signature_schemes;
  if (auto problem = list_problem("certificate_signature_schemes", schemes,
                                  supported_certificate_schemes(), true)) {
    return problem;
  }
  // RFC 8446 4.2.3: clients MUST list SHA-1 after all other algorithms.
  const auto out_of_order = std::adjacent_find(
      schemes.begin(), schemes.end(), [](auto a, auto b) { return uses_sha1(a) && !uses_sha1(b); });
  if (out_of_order == schemes.end()) return std::nullopt;
  return ConfigProblem{
      at("certificate_signature_schemes", static_cast<std::size_t>(out_of_order - schemes.begin())),
      wire::shown(*out_of_order) + " must stand after all schemes without SHA-1"};
}

std::optional<ConfigProblem> filter_problem(const Config& config) {
  // DER of anyExtendedKeyUsage, 2.5.29.37.0.
  static constexpr std::array<std::uint8_t, 6> kAnyUsage = {0x06, 0x04, 0x55, 0x1d, 0x25, 0x00};
  std::set<Bytes> seen;
  for (std::size_t i = 0; i < config.oid_filters.size(); ++i) {
    const auto& [oid, values] = config.oid_filters[i];
    if (oid.empty() || oid.size() > 255 || values.size() > 0xffff) {
      return ConfigProblem{at("oid_filters", i), "needs an OID of 1 to 255 bytes, in DER"};
    }
    // RFC 8446 4.2.5: any given OID MUST NOT appear more than once, and anyExtendedKeyUsage not at all.
    if (!seen.insert(oid).second) return ConfigProblem{at("oid_filters", i), "is named twice"};
    if (std::search(values.begin(), values.end(), kAnyUsage.begin(), kAnyUsage.end()) !=
        values.end()) {
      return ConfigProblem{at("oid_filters", i), "asks for anyExtendedKeyUsage"};
    }
  }
  return std::nullopt;
}

std::optional<ConfigProblem> version_problem(const Config& config) {
  const auto versions = supported_versions();
  const auto check = [&](std::string_view field,
                         wire::ProtocolVersion version) -> std::optional<ConfigProblem> {
    if (contains(versions, version)) return std::nullopt;
    return ConfigProblem{std::string(field),
                         wire::shown(version) + " is not supported by this build"};
  };
  if (auto problem = check("min_version", config.min_version)) return problem;
  if (auto problem = check("max_version", config.max_version)) return problem;
  if (config.min_version > config.max_version) {
    return ConfigProblem{"min_version", "is above max_version"};
  }
  return std::nullopt;
}

std::optional<ConfigProblem> share_problem(const Config& config) {
  std::size_t group = 0;
  for (std::size_t i = 0; i < config.key_share_groups.size(); ++i) {
    // RFC 8446 4.2.8: shares stand in the order of supported_groups, each group at most once.
    const auto found = std::find(config.groups.begin() + static_cast<std::ptrdiff_t>(group),
                                 config.groups.end(), config.key_share_groups[i]);
    if (found == config.groups.end()) {
      return ConfigProblem{at("key_share_groups", i),
                           "is not in groups, or not in the order of groups"};
    }
    group = static_cast<std::size_t>(found - config.groups.begin()) + 1;
  }
  return std::nullopt;
}

std::optional<ConfigProblem> name_problem(const Config& config) {
  for (std::size_t i = 0; i < config.alpn_protocols.size(); ++i) {
    const std::size_t size = config.alpn_protocols[i].size();
    if (size < 1 || size > 255) {
      return ConfigProblem{at("alpn_protocols", i), "must have 1 to 255 bytes"};
    }
  }
  std::size_t list_size = 0;
  for (const auto& protocol : config.alpn_protocols) list_size += 1 + protocol.size();
  // RFC 7301 3.1: the list's length has two bytes, and so has the block of all extensions.
  if (list_size > 32'768)
    return ConfigProblem{"alpn_protocols", "are more than 32768 bytes together"};
  const std::string& name = config.server_name;
  // RFC 1035 2.3.4: a domain name has at most 255 octets, 253 written out.
  if (name.size() > 253) return ConfigProblem{"server_name", "is longer than 253 bytes"};
  const bool printable =
      std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!printable) {
    return ConfigProblem{"server_name", "must be ASCII (write other names in their xn-- form)"};
  }
  // RFC 6066 3: without a trailing dot.
  if (name.ends_with('.')) return ConfigProblem{"server_name", "must not end in a dot"};
  return std::nullopt;
}

std::optional<ConfigProblem> psk_problem(const Config& config) {
  for (std::size_t i = 0; i < config.psks.size(); ++i) {
    const Psk& psk = config.psks[i];
    if (psk.identity.empty() || psk.identity.size() > 0xffff) {
      return ConfigProblem{at("psks", i), "the identity must have 1 to 65535 bytes"};
    }
    if (psk.key.empty()) return ConfigProblem{at("psks", i), "the key is empty"};
  }
  if (config.psk_modes.empty()) return ConfigProblem{"psk_modes", "must name at least one"};
  for (std::size_t i = 0; i < config.ticket_keys.size(); ++i) {
    if (config.ticket_keys[i].name.size() != 16 || config.ticket_keys[i].key.size() != 32) {
      return ConfigProblem{at("ticket_keys", i), "needs a name of 16 and a key of 32 bytes"};
    }
  }
  // RFC 8446 4.6.1: servers MUST NOT use any value greater than 7 days.
  if (config.ticket_lifetime > 604'800) {
    return ConfigProblem{"ticket_lifetime", "is above 604800 seconds"};
  }
  if (config.stateless_retry && config.ticket_keys.empty()) {
    return ConfigProblem{"stateless_retry", "needs ticket_keys to seal the cookie with"};
  }
  if (config.record_padding > 16'384) {
    return ConfigProblem{"record_padding", "is above 16384 bytes"};
  }
  return std::nullopt;
}

bool allows_older(const Config& config) {
  return enabled_versions(config).back() < wire::ProtocolVersion::tls_1_3;
}

bool signs_with(const Config& config, wire::SignatureScheme scheme, const crypto::PrivateKey& key) {
  return crypto::fits(scheme, key) || (allows_older(config) && crypto::fits12(scheme, key));
}

bool has_no_scheme(const Config& config) {
  const auto versions = enabled_versions(config);
  return std::all_of(versions.begin(), versions.end(),
                     [&](auto version) { return signature_schemes_of(config, version).empty(); });
}

std::optional<ConfigProblem> older_version_problem(const Config& config) {
  if (config.psk_identity_hint.size() > 0xffff) {
    return ConfigProblem{"psk_identity_hint", "is longer than 65535 bytes"};
  }
  if (!config.dhe_group) return std::nullopt;
  if (const auto checked = crypto::check(*config.dhe_group); !checked) {
    return ConfigProblem{"dhe_group", checked.failure().detail};
  }
  if (!crypto::has_safe_prime(*config.dhe_group)) {
    return ConfigProblem{"dhe_group", "the prime is not a safe one"};
  }
  return std::nullopt;
}

std::optional<ConfigProblem> identity_problem(const Config& config) {
  for (std::size_t i = 0; i < config.identities.size(); ++i) {
    const auto& [chain, key] = config.identities[i];
    if (chain.empty()) return ConfigProblem{at("identities", i), "has no certificate"};
    const auto leaf_key = crypto::public_key_of(chain.front());
    if (!leaf_key) return ConfigProblem{at("identities", i), leaf_key.failure().detail};
    if (!crypto::belongs_to(key, *leaf_key)) {
      return ConfigProblem{at("identities", i), "the private key is not the leaf's"};
    }
    // RFC 8446 4.4.2.2: where the leaf has a key usage, it MUST allow signing; RFC 5246 7.4.2: or enciphering keys.
    const bool enciphers = allows_older(config) && crypto::may_encipher(chain.front());
    if (!crypto::may_sign(chain.front()) && !enciphers) {
      return ConfigProblem{at("identities", i), "the leaf's key usage forbids signing"};
    }
    const bool usable = std::any_of(
        config.signature_schemes.begin(), config.signature_schemes.end(),
        [&, &signing_key = key](auto scheme) { return signs_with(config, scheme, signing_key); });
    if (!usable) {
      return ConfigProblem{at("identities", i),
                           "the key can sign with none of the signature_schemes"};
    }
  }
  if (config.identities.empty() && config.psks.empty() && config.role == Role::server &&
      !config.pause_on.certificate) {
    return ConfigProblem{"identities", "a server needs at least one, or a pre-shared key"};
  }
  return std::nullopt;
}

}  // namespace

std::optional<ConfigProblem> find_problem(const Config& config) {
  if (auto problem = version_problem(config)) return problem;
  if (auto problem =
          list_problem("cipher_suites", config.cipher_suites, supported_cipher_suites(), false)) {
    return problem;
  }
  if (enabled_versions(config).empty()) {
    return ConfigProblem{"cipher_suites", "has none for a version that is allowed"};
  }
  if (auto problem = list_problem("groups", config.groups, supported_groups(), false)) {
    return problem;
  }
  if (auto problem = share_problem(config)) return problem;
  if (auto problem = list_problem("signature_schemes", config.signature_schemes,
                                  supported_signature_schemes(), false)) {
    return problem;
  }
  if (has_no_scheme(config)) {
    return ConfigProblem{"signature_schemes", "has none for a version that is allowed"};
  }
  if (auto problem = certificate_scheme_problem(config)) return problem;
  if (auto problem = filter_problem(config)) return problem;
  if (auto problem = name_problem(config)) return problem;
  if (auto problem = psk_problem(config)) return problem;
  if (auto problem = older_version_problem(config)) return problem;
  return identity_problem(config);
}

}  // namespace stepshake::policy
