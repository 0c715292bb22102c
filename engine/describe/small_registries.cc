// Registries of a few values each, shown as "name (number)" or as the number alone.
#include "describe/name_tables.h"
#include "describe/names.h"
#include "wire/code_points.h"

namespace stepshake::describe {
namespace {

constexpr auto kContentTypes = std::to_array<Name>({
    {24, "heartbeat"},
    {25, "tls12_cid"},
    {26, "ACK"},
    {27, "return_routability_check"},
});
constexpr auto kHandshakeTypes = std::to_array<Name>({
    {3, "hello_verify_request"},
    {6, "hello_retry_request"},
    {9, "request_connection_id"},
    {10, "new_connection_id"},
    {17, "client_certificate_request"},
    {21, "certificate_url"},
    {23, "supplemental_data"},
    {25, "compressed_certificate"},
    {26, "ekt_key"},
});
constexpr auto kAlertLevels = std::to_array<Name>({{1, "warning"}, {2, "fatal"}});
constexpr auto kChangeCipherSpecs = std::to_array<Name>({{1, "change_cipher_spec"}});
constexpr auto kCompressions = std::to_array<Name>({{0, "null"}, {1, "DEFLATE"}, {64, "LZS"}});
constexpr auto kServerNameTypes = std::to_array<Name>({{0, "host_name"}});
constexpr auto kFragmentLengths =
    std::to_array<Name>({{1, "2^9"}, {2, "2^10"}, {3, "2^11"}, {4, "2^12"}});
constexpr auto kStatusTypes = std::to_array<Name>({{1, "ocsp"}, {2, "ocsp_multi"}});
constexpr auto kPointFormats = std::to_array<Name>({
    {0, "uncompressed"},
    {1, "ansiX962_compressed_prime"},
    {2, "ansiX962_compressed_char2"},
});
constexpr auto kCurveTypes =
    std::to_array<Name>({{1, "explicit_prime"}, {2, "explicit_char2"}, {3, "named_curve"}});
constexpr auto kSrtpProfiles = std::to_array<Name>({
    {0x0001, "SRTP_AES128_CM_HMAC_SHA1_80"},
    {0x0002, "SRTP_AES128_CM_HMAC_SHA1_32"},
    {0x0005, "SRTP_NULL_HMAC_SHA1_80"},
    {0x0006, "SRTP_NULL_HMAC_SHA1_32"},
    {0x0007, "SRTP_AEAD_AES_128_GCM"},
    {0x0008, "SRTP_AEAD_AES_256_GCM"},
    {0x0009, "DOUBLE_AEAD_AES_128_GCM_AEAD_AES_128_GCM"},
    {0x000a, "DOUBLE_AEAD_AES_256_GCM_AEAD_AES_256_GCM"},
    {0x000b, "SRTP_ARIA_128_CTR_HMAC_SHA1_80"},
    {0x000c, "SRTP_ARIA_128_CTR_HMAC_SHA1_32"},
    {0x000d, "SRTP_ARIA_256_CTR_HMAC_SHA1_80"},
    {0x000e, "SRTP_ARIA_256_CTR_HMAC_SHA1_32"},
    {0x000f, "SRTP_AEAD_ARIA_128_GCM"},
    {0x0010, "SRTP_AEAD_ARIA_256_GCM"},
});
constexpr auto kHeartbeatModes =
    std::to_array<Name>({{1, "peer_allowed_to_send"}, {2, "peer_not_allowed_to_send"}});
constexpr auto kCertificateTypes =
    std::to_array<Name>({{0, "X509"}, {1, "OpenPGP"}, {2, "RawPublicKey"}, {3, "1609Dot2"}});
constexpr auto kClientCertificateTypes = std::to_array<Name>({
    {1, "rsa_sign"},
    {2, "dss_sign"},
    {3, "rsa_fixed_dh"},
    {4, "dss_fixed_dh"},
    {5, "rsa_ephemeral_dh"},
    {6, "dss_ephemeral_dh"},
    {20, "fortezza_dms"},
    {64, "ecdsa_sign"},
    {65, "rsa_fixed_ecdh"},
    {66, "ecdsa_fixed_ecdh"},
    {67, "gost_sign256"},
    {68, "gost_sign512"},
});
constexpr auto kCertificateCompressions =
    std::to_array<Name>({{1, "zlib"}, {2, "brotli"}, {3, "zstd"}});
constexpr auto kPskModes = std::to_array<Name>({{0, "psk_ke"}, {1, "psk_dhe_ke"}});
constexpr auto kKeyUpdateRequests =
    std::to_array<Name>({{0, "update_not_requested"}, {1, "update_requested"}});
constexpr auto kHelloTypes = std::to_array<Name>({{0, "outer"}, {1, "inner"}});
constexpr auto kKdfs =
    std::to_array<Name>({{1, "HKDF-SHA256"}, {2, "HKDF-SHA384"}, {3, "HKDF-SHA512"}});
constexpr auto kAeads =
    std::to_array<Name>({{1, "AES-128-GCM"}, {2, "AES-256-GCM"}, {3, "ChaCha20Poly1305"}});

static_assert(in_order(kContentTypes) && in_order(kHandshakeTypes) && in_order(kCompressions) &&
              in_order(kSrtpProfiles) && in_order(kClientCertificateTypes));

std::string shown(std::string_view name, std::uint32_t number) {
  return name.empty() ? decimal(number) : std::string(name) + " (" + decimal(number) + ")";
}

std::string shown(std::span<const Name> rows, std::uint32_t number) {
  return shown(look_up(rows, number), number);
}

}  // namespace

std::string shown_content_type(std::uint32_t n) {
  const auto name = wire::name_of(static_cast<wire::ContentType>(n));
  return shown(name.empty() ? look_up(kContentTypes, n) : name, n);
}

std::string shown_handshake_type(std::uint32_t n) {
  const auto name = wire::name_of(static_cast<wire::HandshakeType>(n));
  return shown(name.empty() ? look_up(kHandshakeTypes, n) : name, n);
}

// RFC 8701 2: PskKeyExchangeMode has GREASE values of its own.
std::string shown_psk_mode(std::uint32_t n) {
  if (n >= 0x0b && (n - 0x0b) % 0x1f == 0) return "GREASE (" + hex8(n) + ")";
  return shown(kPskModes, n);
}

std::string shown_alert_level(std::uint32_t n) { return shown(kAlertLevels, n); }
std::string shown_change_cipher_spec(std::uint32_t n) { return shown(kChangeCipherSpecs, n); }
std::string shown_compression_method(std::uint32_t n) { return shown(kCompressions, n); }
std::string shown_server_name_type(std::uint32_t n) { return shown(kServerNameTypes, n); }
std::string shown_max_fragment_length(std::uint32_t n) { return shown(kFragmentLengths, n); }
std::string shown_status_type(std::uint32_t n) { return shown(kStatusTypes, n); }
std::string shown_point_format(std::uint32_t n) { return shown(kPointFormats, n); }
std::string shown_curve_type(std::uint32_t n) { return shown(kCurveTypes, n); }
std::string shown_srtp_profile(std::uint32_t n) { return shown(kSrtpProfiles, n); }
std::string shown_heartbeat_mode(std::uint32_t n) { return shown(kHeartbeatModes, n); }
std::string shown_certificate_type(std::uint32_t n) { return shown(kCertificateTypes, n); }
std::string shown_client_certificate_type(std::uint32_t n) {
  return shown(kClientCertificateTypes, n);
}
std::string shown_certificate_compression(std::uint32_t n) {
  return shown(kCertificateCompressions, n);
}
std::string shown_key_update_request(std::uint32_t n) { return shown(kKeyUpdateRequests, n); }
std::string shown_hello_type(std::uint32_t n) { return shown(kHelloTypes, n); }
std::string shown_hpke_kdf(std::uint32_t n) { return shown(kKdfs, n); }
std::string shown_hpke_aead(std::uint32_t n) { return shown(kAeads, n); }

}  // namespace stepshake::describe
