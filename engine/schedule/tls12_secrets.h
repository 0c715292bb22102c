// The secrets of TLS 1.2 and before (RFC 5246 6.3, 7.4.9, 8; RFC 4279; RFC 5705; RFC 7627):
// premaster secret -> MasterSecret12 -> key block, verify_data, exported keying material.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/secret.h"
#include "crypto/record_keys.h"
#include "schedule/tls12_prf.h"

namespace stepshake::schedule {

inline constexpr std::size_t kMasterSecretSize = 48;
inline constexpr std::size_t kVerifyDataSize = 12;

using HelloRandom = std::array<std::uint8_t, 32>;

struct HelloRandoms {
  HelloRandom client{};
  HelloRandom server{};
};
STEPSHAKE_FIELDS(HelloRandoms, client, server)

struct MasterSecret12 {
  Prf prf;
  Secret secret;
  bool extended = false;  // RFC 7627
};
STEPSHAKE_FIELDS(MasterSecret12, prf, secret, extended)

// RFC 4279 2: of PSK with another secret (DHE, ECDHE, RSA), or of PSK alone where `other_secret` is empty.
Secret psk_premaster(BytesView other_secret, BytesView psk);

// RFC 5246 8.1.
MasterSecret12 master_secret(const Prf& prf, BytesView premaster, const HelloRandoms& randoms);
// RFC 7627 4: `session_hash` is prf.transcript_hash of ClientHello...ClientKeyExchange.
MasterSecret12 extended_master_secret(const Prf& prf, BytesView premaster, BytesView session_hash);

// RFC 5246 6.3: key_block, as much as the suite takes of it.
Secret key_block(const MasterSecret12& master, wire::CipherSuite suite,
                 const HelloRandoms& randoms);
// What of it one of the two writes with.
enum class Sender : std::uint8_t { client, server };
crypto::RecordKeys record_keys(const Secret& key_block, Sender sender, wire::CipherSuite suite,
                               wire::ProtocolVersion version, bool encrypt_then_mac);

// RFC 5246 7.4.9.
Secret verify_data(const MasterSecret12& master, Sender sender, BytesView transcript_hash);

// RFC 5705 4: no context and an empty one give different material.
Secret exported_keying_material12(const MasterSecret12& master, const HelloRandoms& randoms,
                                  std::string_view label, std::optional<BytesView> context,
                                  std::size_t size);

}  // namespace stepshake::schedule
