// What stands inside the extensions (RFC 8446 4.2.1 to 4.2.11, RFC 6066 3, RFC 7301 3.1). Each decoder reads the
// whole extension_data and accepts nothing after it; each encoder makes extension_data.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::wire {

struct KeyShareEntry {
  NamedGroup group{};
  Bytes key_exchange;
};
STEPSHAKE_FIELDS(KeyShareEntry, group, key_exchange)

struct PskIdentity {
  Bytes identity;
  std::uint32_t obfuscated_ticket_age = 0;
};
STEPSHAKE_FIELDS(PskIdentity, identity, obfuscated_ticket_age)

struct OfferedPsks {
  std::vector<PskIdentity> identities;
  std::vector<Bytes> binders;
};
STEPSHAKE_FIELDS(OfferedPsks, identities, binders)

enum class PskKeyExchangeMode : std::uint8_t { psk_ke = 0, psk_dhe_ke = 1 };

struct OidFilter {
  Bytes certificate_extension_oid;
  Bytes certificate_extension_values;
};
STEPSHAKE_FIELDS(OidFilter, certificate_extension_oid, certificate_extension_values)

// RFC 6066 3. The host_name; empty where the list has names of other types alone.
Result<std::string> decode_server_name(BytesView data);
Bytes encode_server_name(const std::string& host_name);

// supported_groups, signature_algorithms, signature_algorithms_cert: one vector16 of 2-byte values.
template <class Enum>
Result<std::vector<Enum>> decode_list16(BytesView data, ExtensionType type);
template <class Enum>
Bytes encode_list16(const std::vector<Enum>& values);

// RFC 7301 3.1: ProtocolName protocol_name_list<2..2^16-1>.
Result<std::vector<Bytes>> decode_alpn(BytesView data);
Bytes encode_alpn(const std::vector<Bytes>& protocols);
// The server's answer: exactly one of them.
Result<Bytes> decode_alpn_choice(BytesView data);

Result<std::vector<ProtocolVersion>> decode_supported_versions(BytesView data);
Bytes encode_supported_versions(const std::vector<ProtocolVersion>& versions);

Result<std::vector<KeyShareEntry>> decode_client_shares(BytesView data);
Bytes encode_client_shares(const std::vector<KeyShareEntry>& shares);
Result<KeyShareEntry> decode_server_share(BytesView data);
Bytes encode_server_share(const KeyShareEntry& share);

// A single 2-byte value: the selected version, the retry's group, the selected PSK.
Result<std::uint16_t> decode_u16(BytesView data, ExtensionType type);
Bytes encode_u16(std::uint16_t value);

Result<Bytes> decode_cookie(BytesView data);
Bytes encode_cookie(BytesView cookie);

Result<std::vector<PskKeyExchangeMode>> decode_psk_modes(BytesView data);
Bytes encode_psk_modes(const std::vector<PskKeyExchangeMode>& modes);

Result<OfferedPsks> decode_offered_psks(BytesView data);
Bytes encode_offered_psks(const OfferedPsks& psks);
// How many bytes the binders list takes, its length included (RFC 8446 4.2.11.2: the part that is not hashed).
std::size_t binders_size(const OfferedPsks& psks);

Result<std::vector<Bytes>> decode_certificate_authorities(BytesView data);
Bytes encode_certificate_authorities(const std::vector<Bytes>& names);

Result<std::vector<OidFilter>> decode_oid_filters(BytesView data);
Bytes encode_oid_filters(const std::vector<OidFilter>& filters);

// early_data in NewSessionTicket.
Result<std::uint32_t> decode_max_early_data(BytesView data);
Bytes encode_max_early_data(std::uint32_t size);

// Extensions whose presence says everything: early_data, post_handshake_auth, and server_name's acknowledgement.
Result<void> decode_empty(BytesView data, ExtensionType type);

// RFC 7685 3: the padding is zeros.
Result<void> check_padding(BytesView data);

}  // namespace stepshake::wire
