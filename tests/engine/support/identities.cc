#include "support/identities.h"

#include <map>

namespace stepshake::testing {
namespace {

constexpr std::int64_t kDay = 86'400;

crypto::CertificateRequestFacts facts(std::string name, std::string alternative_names) {
  return {std::move(name), std::move(alternative_names), kNow - kDay, kNow + 365 * kDay};
}

}  // namespace

const crypto::Issued& test_authority() {
  static const auto authority =
      crypto::issue_authority(crypto::KeyType::ec_p256, facts("Stepshake test CA", ""));
  return *authority.operator->();
}

const crypto::TrustAnchors& test_trust() {
  static const crypto::TrustAnchors trust({test_authority().certificate});
  return trust;
}

const policy::Identity& identity(crypto::KeyType type) {
  static std::map<crypto::KeyType, policy::Identity> made;
  const auto found = made.find(type);
  if (found != made.end()) return found->second;
  auto issued = crypto::issue_leaf(
      type, facts(kHost, std::string("DNS:") + kHost + ",DNS:localhost,IP:127.0.0.1"),
      test_authority());
  return made.emplace(type, policy::Identity{{issued->certificate}, issued->key}).first->second;
}

std::vector<crypto::KeyType> key_types() {
  using enum crypto::KeyType;
  std::vector<crypto::KeyType> types = {ec_p256, ec_p384, ec_p521, rsa, rsa_pss, ed25519, ed448};
  // All three come together, with libcrypto 3.5.
  if (crypto::has(wire::SignatureScheme::mldsa65)) {
    types.insert(types.end(), {mldsa44, mldsa65, mldsa87});
  }
  return types;
}

std::string name_of(crypto::KeyType type) {
  using enum crypto::KeyType;
  switch (type) {
    case rsa: return "rsa";
    case rsa_pss: return "rsa_pss";
    case ec_p256: return "ec_p256";
    case ec_p384: return "ec_p384";
    case ec_p521: return "ec_p521";
    case ed25519: return "ed25519";
    case ed448: return "ed448";
    case mldsa44: return "mldsa44";
    case mldsa65: return "mldsa65";
    case mldsa87: return "mldsa87";
    case unsupported: break;
  }
  return "unsupported";
}

namespace {

policy::Config only(wire::ProtocolVersion version, policy::Config config) {
  config.min_version = version;
  config.max_version = version;
  config.cipher_suites = policy::cipher_suites_of(config, version);
  return config;
}

}  // namespace

policy::Config client_config_of_all_versions() {
  policy::Config config = policy::default_config();
  config.role = policy::Role::client;
  config.server_name = kHost;
  config.trust = test_trust();
  return config;
}

policy::Config server_config_of_all_versions(crypto::KeyType type) {
  policy::Config config = policy::default_config();
  config.role = policy::Role::server;
  config.identities.push_back(identity(type));
  return config;
}

policy::Config client_config() {
  policy::Config config = only(wire::ProtocolVersion::tls_1_3, client_config_of_all_versions());
  config.signature_schemes = policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3);
  return config;
}

policy::Config server_config(crypto::KeyType type) {
  policy::Config config = only(wire::ProtocolVersion::tls_1_3, server_config_of_all_versions(type));
  config.signature_schemes = policy::supported_signature_schemes(wire::ProtocolVersion::tls_1_3);
  return config;
}

policy::Config client_config12(wire::ProtocolVersion version) {
  return only(version, client_config_of_all_versions());
}

policy::Config server_config12(crypto::KeyType type, wire::ProtocolVersion version) {
  return only(version, server_config_of_all_versions(type));
}

void allow_groups(policy::Config& config, std::vector<wire::NamedGroup> groups) {
  config.groups = std::move(groups);
  config.key_share_groups = {config.groups.front()};
}

}  // namespace stepshake::testing
