// The kinds of handshakes that are measured.
#pragma once

#include <string>
#include <vector>

#include "crypto/keys.h"
#include "wire/code_points.h"

namespace stepshake::bench {

inline constexpr const char* kServerName = "server.example";

enum class Resumption : std::uint8_t { none, ticket, session_id };

struct Suite {
  std::string id;  // "1.3/x25519/ecdsa-p256/chain1/aes-128-gcm"
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_3;
  wire::NamedGroup group = wire::NamedGroup::x25519;
  crypto::KeyType key = crypto::KeyType::ec_p256;
  std::size_t chain =
      1;  // certificates that a side sends: the leaf, or the leaf and an intermediate
  bool mutual = false;
  // TLS 1.3: psk_dhe_ke.
  Resumption resumption = Resumption::none;
  // The measured handshake gives the client new tickets: two, or one where it is resumed.
  bool tickets = false;
  wire::CipherSuite cipher_suite = wire::CipherSuite::tls_aes_128_gcm_sha256;

  [[nodiscard]] bool is_tls13() const { return version == wire::ProtocolVersion::tls_1_3; }
  [[nodiscard]] bool resumed() const { return resumption != Resumption::none; }
};

// The rows that a README shows come first.
const std::vector<Suite>& all_suites();
inline constexpr std::size_t kHeadlines = 12;

}  // namespace stepshake::bench
