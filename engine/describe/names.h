// Numbers as people read them. Names come from wire/code_points, and from the registries' tables here for what the
// engine itself has no use for; values reserved by RFC 8701 are "GREASE"; a number without a name is hexadecimal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace stepshake::describe {

std::string decimal(std::uint32_t number);
std::string seconds(std::uint32_t number);
std::string hex8(std::uint32_t number);   // "0x01"
std::string hex16(std::uint32_t number);  // "0x0303"
std::string hex32(std::uint32_t number);

// ASCII as it is, any other byte and the backslash as "\xff".
std::string printable(BytesView text);

// RFC 8701 2: 0x0a0a, 0x1a1a and so on.
bool is_grease(std::uint32_t number);

// Empty where the registry has none.
std::string_view cipher_suite_name(std::uint32_t number);
std::string_view extension_name(std::uint32_t number);

// "TLS_AES_128_GCM_SHA256 (0x1301)", "TLS 1.3 (0x0304)".
std::string shown_cipher_suite(std::uint32_t number);
std::string shown_version(std::uint32_t number);
// "x25519", "ed25519".
std::string shown_group(std::uint32_t number);
std::string shown_signature_scheme(std::uint32_t number);

// One-byte registries and the small ones: "fatal (2)".
std::string shown_handshake_type(std::uint32_t number);
std::string shown_content_type(std::uint32_t number);
std::string shown_alert_level(std::uint32_t number);
std::string shown_alert_description(std::uint32_t number);
std::string shown_change_cipher_spec(std::uint32_t number);
std::string shown_compression_method(std::uint32_t number);
std::string shown_server_name_type(std::uint32_t number);
std::string shown_max_fragment_length(std::uint32_t number);
std::string shown_status_type(std::uint32_t number);
std::string shown_point_format(std::uint32_t number);
std::string shown_curve_type(std::uint32_t number);
std::string shown_srtp_profile(std::uint32_t number);
std::string shown_heartbeat_mode(std::uint32_t number);
std::string shown_certificate_type(std::uint32_t number);
std::string shown_client_certificate_type(std::uint32_t number);
std::string shown_certificate_compression(std::uint32_t number);
std::string shown_psk_mode(std::uint32_t number);
std::string shown_key_update_request(std::uint32_t number);
std::string shown_hello_type(std::uint32_t number);  // of encrypted_client_hello
std::string shown_hpke_kdf(std::uint32_t number);
std::string shown_hpke_aead(std::uint32_t number);

}  // namespace stepshake::describe
