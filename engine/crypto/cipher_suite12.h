// What a cipher suite of TLS 1.2 and before stands for: RFC 5246 A.5, C, and the RFCs that add suites (4279, 4785, 5288,
// 5289, 5487, 5489, 6655, 7251, 7905, 8422, 8442).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

enum class KeyExchange : std::uint8_t { rsa, dhe, ecdhe, psk, dhe_psk, ecdhe_psk, rsa_psk };

// Whose signature or key proves who the server is; `psk`: nobody's, there is no certificate.
enum class Authentication : std::uint8_t { rsa, ecdsa, psk };

// RFC 5246 6.2.3's three kinds of cipher.
enum class CipherKind : std::uint8_t { null, cbc, aead };

struct Suite12Facts {
  KeyExchange key_exchange{};
  Authentication authentication{};
  CipherKind kind{};
  std::optional<AeadAlgorithm> aead;  // of CipherKind::aead
  std::optional<HashAlgorithm> mac;   // HMAC's hash, of the other kinds
  HashAlgorithm prf_hash{};           // of TLS 1.2's PRF; those before have one of their own
  wire::ProtocolVersion minimum_version{};
  std::size_t key_size = 0;
  std::size_t mac_size = 0;        // of the MAC and of its key
  std::size_t fixed_iv_size = 0;   // of an AEAD: what the key block gives
  std::size_t record_iv_size = 0;  // what goes before each record's ciphertext in TLS 1.1 and 1.2
  std::size_t tag_size = 0;
  std::size_t block_size = 0;
  std::uint64_t record_limit = 0;  // as SuiteFacts
};

// Null for a suite that the engine does not implement, or one of TLS 1.3.
const Suite12Facts* facts12_of(wire::CipherSuite suite);

// The libcrypto that this build runs on has what the suite needs.
bool has(wire::CipherSuite suite);

// Every suite that facts12_of knows and `has` affirms, by number.
std::vector<wire::CipherSuite> suites12();

// RFC 5246 7.4.2, 7.4.3: the server's Certificate, and its ServerKeyExchange's signature, are part of the exchange.
bool has_certificate(KeyExchange exchange);
bool is_ephemeral(KeyExchange exchange);  // DHE or ECDHE: forward secrecy
bool uses_psk(KeyExchange exchange);

}  // namespace stepshake::crypto
