// What this build can do, and what a configuration is where nobody says otherwise.
#include <algorithm>
#include <iterator>
#include <tuple>

#include "crypto/cipher_suite.h"
#include "crypto/cipher_suite12.h"
#include "crypto/key_exchange.h"
#include "crypto/signature12.h"
#include "policy/config.h"

namespace stepshake::policy {
namespace {

// OpenSSL 3.5's: the other hybrids, ML-KEM alone and the longer primes are slow or rare; only when asked for.
std::vector<wire::NamedGroup> default_groups() {
  using enum wire::NamedGroup;
  std::vector<wire::NamedGroup> groups = {x25519mlkem768, x25519,    secp256r1, x448,
                                          secp384r1,      secp521r1, ffdhe2048, ffdhe3072};
  std::erase_if(groups, [](auto group) { return !crypto::has(group); });
  return groups;
}

// Of suites before TLS 1.3, the smaller the better (RFC 9325 4.2): an AEAD, forward secrecy, certificates before keys
// agreed on beforehand.
auto rank_of(wire::CipherSuite suite) {
  using crypto::AeadAlgorithm;
  using crypto::CipherKind;
  using crypto::KeyExchange;
  const auto& facts = *crypto::facts12_of(suite);
  static constexpr auto kExchanges = std::to_array<KeyExchange>(
      {KeyExchange::ecdhe, KeyExchange::dhe, KeyExchange::ecdhe_psk, KeyExchange::dhe_psk,
       KeyExchange::rsa, KeyExchange::rsa_psk, KeyExchange::psk});
  static constexpr auto kAeads = std::to_array<AeadAlgorithm>(
      {AeadAlgorithm::aes_256_gcm, AeadAlgorithm::chacha20_poly1305, AeadAlgorithm::aes_128_gcm,
       AeadAlgorithm::aes_256_ccm, AeadAlgorithm::aes_128_ccm, AeadAlgorithm::aes_256_ccm_8,
       AeadAlgorithm::aes_128_ccm_8});
  const auto place = [](const auto& list, auto value) {
    return std::find(list.begin(), list.end(), value) - list.begin();
  };
  const auto kind = facts.kind == CipherKind::aead ? 0 : facts.kind == CipherKind::cbc ? 1 : 2;
  return std::tuple(kind, place(kExchanges, facts.key_exchange),
                    facts.aead ? place(kAeads, *facts.aead) : 0,
                    facts.authentication == crypto::Authentication::ecdsa ? 0 : 1,
                    -static_cast<int>(facts.key_size), -static_cast<int>(facts.mac_size));
}

bool uses_sha1(wire::SignatureScheme scheme) {
  return scheme == wire::SignatureScheme::rsa_pkcs1_sha1 ||
         scheme == wire::SignatureScheme::ecdsa_sha1;
}

// RFC 8446 4.2.3: RSASSA-PKCS1-v1_5 and SHA-1 sign no handshake of TLS 1.3.
bool is_of_older_versions_alone(wire::SignatureScheme scheme) {
  using enum wire::SignatureScheme;
  return uses_sha1(scheme) || scheme == rsa_pkcs1_sha256 || scheme == rsa_pkcs1_sha384 ||
         scheme == rsa_pkcs1_sha512;
}

bool is_of_tls13_alone(wire::SignatureScheme scheme) {
  using enum wire::SignatureScheme;
  return scheme == mldsa44 || scheme == mldsa65 || scheme == mldsa87;
}

// RFC 9325 4.1: no NULL ciphers, and nothing without forward secrecy; PSKs are for those who have some. RFC 8446 9.1,
// RFC 6655: CCM_8's short tag is for constrained devices.
bool only_when_asked_for(wire::CipherSuite suite) {
  if (suite == wire::CipherSuite::tls_aes_128_ccm_8_sha256) return true;
  const auto* facts = crypto::facts12_of(suite);
  if (facts == nullptr) return false;
  return facts->kind == crypto::CipherKind::null || !crypto::is_ephemeral(facts->key_exchange) ||
         crypto::uses_psk(facts->key_exchange) ||
         facts->aead == crypto::AeadAlgorithm::aes_128_ccm_8 ||
         facts->aead == crypto::AeadAlgorithm::aes_256_ccm_8;
}

}  // namespace

std::vector<wire::ProtocolVersion> supported_versions() {
  using enum wire::ProtocolVersion;
  if (!crypto::has_hashes_before12()) return {tls_1_3, tls_1_2};
  return {tls_1_3, tls_1_2, tls_1_1, tls_1_0};
}

std::vector<wire::CipherSuite> supported_cipher_suites() {
  using enum wire::CipherSuite;
  std::vector<wire::CipherSuite> suites = {tls_aes_256_gcm_sha384, tls_chacha20_poly1305_sha256,
                                           tls_aes_128_gcm_sha256, tls_aes_128_ccm_sha256,
                                           tls_aes_128_ccm_8_sha256};
  auto older = crypto::suites12();
  std::stable_sort(older.begin(), older.end(),
                   [](auto a, auto b) { return rank_of(a) < rank_of(b); });
  suites.insert(suites.end(), older.begin(), older.end());
  return suites;
}

std::vector<wire::CipherSuite> supported_cipher_suites(wire::ProtocolVersion version) {
  auto suites = supported_cipher_suites();
  std::erase_if(suites, [&](auto suite) { return !fits(suite, version); });
  return suites;
}

bool fits(wire::CipherSuite suite, wire::ProtocolVersion version) {
  if (version == wire::ProtocolVersion::tls_1_3) return crypto::facts_of(suite).has_value();
  const auto* facts = crypto::facts12_of(suite);
  return facts != nullptr && facts->minimum_version <= version;
}

std::vector<wire::CipherSuite> cipher_suites_of(const Config& config,
                                                wire::ProtocolVersion version) {
  std::vector<wire::CipherSuite> suites;
  suites.reserve(config.cipher_suites.size());
  std::copy_if(config.cipher_suites.begin(), config.cipher_suites.end(), std::back_inserter(suites),
               [&](auto suite) { return fits(suite, version); });
  return suites;
}

std::vector<wire::ProtocolVersion> enabled_versions(const Config& config) {
  const auto& suites = config.cipher_suites;
  auto versions = supported_versions();
  std::erase_if(versions, [&](auto version) {
    return version < config.min_version || version > config.max_version ||
           std::none_of(suites.begin(), suites.end(),
                        [&](auto suite) { return fits(suite, version); });
  });
  return versions;
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
  return supported_signature_schemes();
}

std::vector<wire::SignatureScheme> known_signature_schemes() {
  using enum wire::SignatureScheme;
  return {mldsa65, mldsa87, mldsa44, ecdsa_secp256r1_sha256, ecdsa_secp384r1_sha384,
          ecdsa_secp521r1_sha512, ed25519, ed448, rsa_pss_pss_sha256, rsa_pss_pss_sha384,
          rsa_pss_pss_sha512, rsa_pss_rsae_sha256, rsa_pss_rsae_sha384, rsa_pss_rsae_sha512,
          // RFC 8446 4.2.3: in TLS 1.3 these are for certificates alone.
          rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512, ecdsa_sha1, rsa_pkcs1_sha1};
}

std::vector<wire::SignatureScheme> supported_signature_schemes() {
  auto schemes = known_signature_schemes();
  std::erase_if(schemes, [](auto scheme) { return !crypto::has(scheme); });
  return schemes;
}

std::vector<wire::SignatureScheme> supported_signature_schemes(wire::ProtocolVersion version) {
  auto schemes = supported_signature_schemes();
  std::erase_if(schemes, version == wire::ProtocolVersion::tls_1_3 ? is_of_older_versions_alone
                                                                   : is_of_tls13_alone);
  return schemes;
}

std::vector<wire::SignatureScheme> signature_schemes_of(const Config& config,
                                                        wire::ProtocolVersion version) {
  auto schemes = config.signature_schemes;
  std::erase_if(schemes, version == wire::ProtocolVersion::tls_1_3 ? is_of_older_versions_alone
                                                                   : is_of_tls13_alone);
  return schemes;
}

Config default_config() {
  Config config;
  config.cipher_suites = supported_cipher_suites();
  std::erase_if(config.cipher_suites, only_when_asked_for);
  config.groups = default_groups();
  // OpenSSL 3.5: a hybrid share for those who know it, and beside it the one that everybody knows.
  if (config.groups.front() == wire::NamedGroup::x25519mlkem768) {
    config.key_share_groups = {wire::NamedGroup::x25519mlkem768, wire::NamedGroup::x25519};
  }
  config.signature_schemes = supported_signature_schemes();
  std::erase_if(config.signature_schemes, uses_sha1);
  config.certificate_signature_schemes = supported_certificate_schemes();
  // RFC 8446 4.2.3: SHA-1 is deprecated; only when asked for.
  std::erase_if(config.certificate_signature_schemes, uses_sha1);
  return config;
}

}  // namespace stepshake::policy
