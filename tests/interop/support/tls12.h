// Both sides of a handshake of TLS 1.2 or older, one of them libssl's.
#pragma once

#include "crypto/cipher_suite12.h"
#include "libssl_peer.h"
#include "policy/negotiation12.h"

namespace stepshake::testing {

inline int libssl_version(wire::ProtocolVersion version) { return wire::number_of(version); }

inline policy::Config ours12(policy::Role role, crypto::KeyType key = crypto::KeyType::ec_p256,
                             wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_2) {
  return role == policy::Role::client ? client_config12(version) : server_config12(key, version);
}

inline LibsslOptions theirs12(policy::Role our_role, crypto::KeyType key = crypto::KeyType::ec_p256,
                              wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_2) {
  LibsslOptions options = our_role == policy::Role::client ? libssl_server(key) : libssl_client();
  options.min_version = libssl_version(version);
  options.max_version = libssl_version(version);
  return options;
}

inline crypto::KeyType key_type_for(wire::CipherSuite suite) {
  const auto& facts = *crypto::facts12_of(suite);
  return facts.authentication == crypto::Authentication::ecdsa ? crypto::KeyType::ec_p256
                                                               : crypto::KeyType::rsa;
}

// Those of a version that libssl has too.
template <class Wanted>
std::vector<wire::CipherSuite> shared_suites12(wire::ProtocolVersion version, Wanted wanted) {
  std::vector<wire::CipherSuite> suites;
  for (auto suite : policy::supported_cipher_suites(version)) {
    if (wanted(*crypto::facts12_of(suite)) && libssl_has(suite)) suites.push_back(suite);
  }
  return suites;
}

inline bool is_certified(const crypto::Suite12Facts& facts) {
  return crypto::has_certificate(facts.key_exchange) && !crypto::uses_psk(facts.key_exchange);
}

// Names a parametrised test by the role that we play.
struct NameOfRole {
  template <class Info>
  std::string operator()(const Info& of) const {
    return of.param == policy::Role::client ? "Client" : "Server";
  }
};

}  // namespace stepshake::testing
