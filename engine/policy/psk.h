// Pre-shared keys: external ones, imported ones (RFC 9258), and those of tickets, as either side holds them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "schedule/tls13_secrets.h"
#include "wire/code_points.h"

namespace stepshake::policy {

using schedule::PskOrigin;

struct Psk {
  PskOrigin origin = PskOrigin::external;
  Bytes identity;  // as it goes over the wire
  Secret key;
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::sha256;
  // How much 0-RTT data may be sent with it, bytes; 0: none. The suite and protocol then are those of the data
  // (RFC 8446 4.2.10).
  std::uint32_t max_early_data = 0;
  wire::CipherSuite cipher_suite{};
  Bytes alpn_protocol;
  // Resumption alone.
  std::string server_name;               // of the handshake that the ticket is from
  std::uint32_t lifetime = 0;            // seconds
  std::uint32_t age_add = 0;             // milliseconds, modulo 2^32
  std::int64_t issued_at = 0;            // seconds since 1970; at a client, when it came
  std::vector<Bytes> peer_certificates;  // of the handshake that the ticket is from
  // TLS 1.2 and older: the key is the session's master secret, the identity its ticket or its session id.
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_3;
  bool by_session_id = false;
  bool extended_master_secret = false;
};
STEPSHAKE_FIELDS(Psk, origin, identity, key, hash, max_early_data, cipher_suite, alpn_protocol,
                 server_name, lifetime, age_add, issued_at, peer_certificates, version,
                 by_session_id, extended_master_secret)

// RFC 9258 5.1: an external key made fit for one hash. `context` may be empty.
Psk import_psk(BytesView external_identity, BytesView context, BytesView key,
               crypto::HashAlgorithm external_hash, crypto::HashAlgorithm target_hash);

// A ticket's PSK as bytes, for a caller to keep between two sessions, and back. The bytes hold the key.
Bytes encode_psk(const Psk& psk);
Result<Psk> decode_psk(BytesView bytes);

// Keys that seal tickets and cookies. A server seals with its first and opens with any.
struct TicketKey {
  Bytes name;  // 16 bytes, in the clear in every ticket
  Secret key;  // 32 bytes, AES-256-GCM
};

// What the context is for keeps a ticket from passing as a cookie.
Bytes seal_with(const TicketKey& key, std::string_view context, BytesView nonce,
                BytesView plaintext);
// Nothing where none of the keys opens it.
std::optional<Bytes> open_with(const std::vector<TicketKey>& keys, std::string_view context,
                               BytesView sealed);

}  // namespace stepshake::policy
