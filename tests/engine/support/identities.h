// Identities for the tests, made once a process under one CA.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "crypto/issue.h"
#include "policy/config.h"

namespace stepshake::testing {

// 2026-01-01: the moment at which the tests' handshakes happen.
inline constexpr std::int64_t kNow = 1'767'225'600;
inline constexpr const char* kHost = "server.stepshake.test";

// A chain of one leaf (for kHost, localhost and 127.0.0.1) under test_authority().
const policy::Identity& identity(crypto::KeyType type);
const crypto::Issued& test_authority();
const crypto::TrustAnchors& test_trust();

// Every key type that identity() makes.
std::vector<crypto::KeyType> key_types();
std::string name_of(crypto::KeyType type);

// default_config() of TLS 1.3 alone, for one side of a handshake that succeeds: the client trusts the CA and checks
// kHost, the server has the identity.
policy::Config client_config();
policy::Config server_config(crypto::KeyType type = crypto::KeyType::ec_p256);
// The same of another version alone, and of every version that there is by default.
policy::Config client_config12(wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_2);
policy::Config server_config12(crypto::KeyType type = crypto::KeyType::ec_p256,
                               wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_2);
policy::Config client_config_of_all_versions();
policy::Config server_config_of_all_versions(crypto::KeyType type = crypto::KeyType::ec_p256);

// These groups and no others, with one share, of the first: the default shares may be of groups that are not among
// them.
void allow_groups(policy::Config& config, std::vector<wire::NamedGroup> groups);

}  // namespace stepshake::testing
