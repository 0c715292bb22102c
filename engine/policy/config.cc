#include "policy/config.h"

#include <algorithm>
#include <array>
#include <set>

#include "crypto/cipher_suite.h"
#include "crypto/key_exchange.h"
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

std::optional<ConfigProblem> identity_problem(const Config& config) {
  for (std::size_t i = 0; i < config.identities.size(); ++i) {
    const auto& [chain, key] = config.identities[i];
    if (chain.empty()) return ConfigProblem{at("identities", i), "has no certificate"};
    const auto leaf_key = crypto::public_key_of(chain.front());
    if (!leaf_key) return ConfigProblem{at("identities", i), leaf_key.failure().detail};
    if (!crypto::belongs_to(key, *leaf_key)) {
      return ConfigProblem{at("identities", i), "the private key is not the leaf's"};
    }
    // RFC 8446 4.4.2.2: where the leaf has a key usage, it MUST allow signing.
    if (!crypto::may_sign(chain.front())) {
      return ConfigProblem{at("identities", i), "the leaf's key usage forbids signing"};
    }
    const bool usable = std::any_of(
        config.signature_schemes.begin(), config.signature_schemes.end(),
        [&, &signing_key = key](auto scheme) { return crypto::fits(scheme, signing_key); });
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

// OpenSSL 3.5's: the other hybrids, ML-KEM alone and the longer primes are slow or rare; only when asked for.
std::vector<wire::NamedGroup> default_groups() {
  using enum wire::NamedGroup;
  std::vector<wire::NamedGroup> groups = {x25519mlkem768, x25519,    secp256r1, x448,
                                          secp384r1,      secp521r1, ffdhe2048, ffdhe3072};
  std::erase_if(groups, [](auto group) { return !crypto::has(group); });
  return groups;
}

}  // namespace

std::vector<wire::ProtocolVersion> supported_versions() { return {wire::ProtocolVersion::tls_1_3}; }

std::vector<wire::CipherSuite> supported_cipher_suites() {
  using enum wire::CipherSuite;
  return {tls_aes_256_gcm_sha384, tls_chacha20_poly1305_sha256, tls_aes_128_gcm_sha256,
          tls_aes_128_ccm_sha256, tls_aes_128_ccm_8_sha256};
}

std::vector<wire::NamedGroup> known_groups() {
  using enum wire::NamedGroup;
  return {x25519mlkem768, secp256r1mlkem768, secp384r1mlkem1024, x25519,    secp256r1, x448,
          secp384r1,      secp521r1,         ffdhe2048,          ffdhe3072, ffdhe4096, ffdhe6144,
          ffdhe8192,      mlkem768,          mlkem1024,          mlkem512};
}

std::vector<wire::NamedGroup> supported_groups() {
  auto groups = known_groups();
  std::erase_if(groups, [](auto group) { return !crypto::has(group); });
  return groups;
}

std::vector<wire::SignatureScheme> supported_certificate_schemes() {
  auto schemes = supported_signature_schemes();
  using enum wire::SignatureScheme;
  schemes.insert(schemes.end(), {rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512, ecdsa_sha1,
                                 rsa_pkcs1_sha1});
  return schemes;
}

std::vector<wire::SignatureScheme> known_signature_schemes() {
  using enum wire::SignatureScheme;
  return {mldsa65,
          mldsa87,
          mldsa44,
          ecdsa_secp256r1_sha256,
          ecdsa_secp384r1_sha384,
          ecdsa_secp521r1_sha512,
          ed25519,
          ed448,
          rsa_pss_pss_sha256,
          rsa_pss_pss_sha384,
          rsa_pss_pss_sha512,
          rsa_pss_rsae_sha256,
          rsa_pss_rsae_sha384,
          rsa_pss_rsae_sha512};
}

std::vector<wire::SignatureScheme> supported_signature_schemes() {
  auto schemes = known_signature_schemes();
  std::erase_if(schemes, [](auto scheme) { return !crypto::has(scheme); });
  return schemes;
}

Config default_config() {
  Config config;
  config.cipher_suites = supported_cipher_suites();
  // RFC 8446 9.1, RFC 6655: CCM_8's short tag is for constrained devices; only when asked for.
  std::erase(config.cipher_suites, wire::CipherSuite::tls_aes_128_ccm_8_sha256);
  config.groups = default_groups();
  // OpenSSL 3.5: a hybrid share for those who know it, and beside it the one that everybody knows.
  if (config.groups.front() == wire::NamedGroup::x25519mlkem768) {
    config.key_share_groups = {wire::NamedGroup::x25519mlkem768, wire::NamedGroup::x25519};
  }
  config.signature_schemes = supported_signature_schemes();
  config.certificate_signature_schemes = supported_certificate_schemes();
  // RFC 8446 4.2.3: SHA-1 is deprecated; only when asked for.
  std::erase(config.certificate_signature_schemes, wire::SignatureScheme::rsa_pkcs1_sha1);
  std::erase(config.certificate_signature_schemes, wire::SignatureScheme::ecdsa_sha1);
  return config;
}

std::optional<ConfigProblem> find_problem(const Config& config) {
  if (auto problem = version_problem(config)) return problem;
  if (auto problem =
          list_problem("cipher_suites", config.cipher_suites, supported_cipher_suites(), false)) {
    return problem;
  }
  if (auto problem = list_problem("groups", config.groups, supported_groups(), false)) {
    return problem;
  }
  if (auto problem = share_problem(config)) return problem;
  if (auto problem = list_problem("signature_schemes", config.signature_schemes,
                                  supported_signature_schemes(), false)) {
    return problem;
  }
  if (auto problem = certificate_scheme_problem(config)) return problem;
  if (auto problem = filter_problem(config)) return problem;
  if (auto problem = name_problem(config)) return problem;
  if (auto problem = psk_problem(config)) return problem;
  return identity_problem(config);
}

}  // namespace stepshake::policy
