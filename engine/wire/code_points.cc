#include "wire/code_points.h"

#include <algorithm>
#include <array>
#include <utility>

namespace stepshake::wire {
namespace {

template <class Enum>
using Row = std::pair<Enum, std::string_view>;

template <class Enum, std::size_t N>
std::string_view look_up(const std::array<Row<Enum>, N>& rows, Enum value) {
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Row<Enum>& candidate) {
    return candidate.first == value;
  });
  return row == rows.end() ? std::string_view() : row->second;
}

constexpr auto kContentTypes = std::to_array<Row<ContentType>>({
    {ContentType::change_cipher_spec, "change_cipher_spec"},
    {ContentType::alert, "alert"},
    {ContentType::handshake, "handshake"},
    {ContentType::application_data, "application_data"},
});

constexpr auto kHandshakeTypes = std::to_array<Row<HandshakeType>>({
    {HandshakeType::hello_request, "hello_request"},
    {HandshakeType::client_hello, "client_hello"},
    {HandshakeType::server_hello, "server_hello"},
    {HandshakeType::new_session_ticket, "new_session_ticket"},
    {HandshakeType::end_of_early_data, "end_of_early_data"},
    {HandshakeType::encrypted_extensions, "encrypted_extensions"},
    {HandshakeType::certificate, "certificate"},
    {HandshakeType::server_key_exchange, "server_key_exchange"},
    {HandshakeType::certificate_request, "certificate_request"},
    {HandshakeType::server_hello_done, "server_hello_done"},
    {HandshakeType::certificate_verify, "certificate_verify"},
    {HandshakeType::client_key_exchange, "client_key_exchange"},
    {HandshakeType::finished, "finished"},
    {HandshakeType::certificate_status, "certificate_status"},
    {HandshakeType::key_update, "key_update"},
    {HandshakeType::message_hash, "message_hash"},
});

constexpr auto kVersions = std::to_array<Row<ProtocolVersion>>({
    {ProtocolVersion::ssl_3_0, "SSL 3.0"},
    {ProtocolVersion::tls_1_0, "TLS 1.0"},
    {ProtocolVersion::tls_1_1, "TLS 1.1"},
    {ProtocolVersion::tls_1_2, "TLS 1.2"},
    {ProtocolVersion::tls_1_3, "TLS 1.3"},
});

constexpr auto kGroups = std::to_array<Row<NamedGroup>>({
    {NamedGroup::secp256r1, "secp256r1"},
    {NamedGroup::secp384r1, "secp384r1"},
    {NamedGroup::secp521r1, "secp521r1"},
    {NamedGroup::x25519, "x25519"},
    {NamedGroup::x448, "x448"},
    {NamedGroup::ffdhe2048, "ffdhe2048"},
    {NamedGroup::ffdhe3072, "ffdhe3072"},
    {NamedGroup::ffdhe4096, "ffdhe4096"},
    {NamedGroup::ffdhe6144, "ffdhe6144"},
    {NamedGroup::ffdhe8192, "ffdhe8192"},
    {NamedGroup::mlkem512, "MLKEM512"},
    {NamedGroup::mlkem768, "MLKEM768"},
    {NamedGroup::mlkem1024, "MLKEM1024"},
    {NamedGroup::secp256r1mlkem768, "SecP256r1MLKEM768"},
    {NamedGroup::x25519mlkem768, "X25519MLKEM768"},
    {NamedGroup::secp384r1mlkem1024, "SecP384r1MLKEM1024"},
});

constexpr auto kSchemes = std::to_array<Row<SignatureScheme>>({
    {SignatureScheme::rsa_pkcs1_sha1, "rsa_pkcs1_sha1"},
    {SignatureScheme::ecdsa_sha1, "ecdsa_sha1"},
    {SignatureScheme::rsa_pkcs1_sha256, "rsa_pkcs1_sha256"},
    {SignatureScheme::ecdsa_secp256r1_sha256, "ecdsa_secp256r1_sha256"},
    {SignatureScheme::rsa_pkcs1_sha384, "rsa_pkcs1_sha384"},
    {SignatureScheme::ecdsa_secp384r1_sha384, "ecdsa_secp384r1_sha384"},
    {SignatureScheme::rsa_pkcs1_sha512, "rsa_pkcs1_sha512"},
    {SignatureScheme::ecdsa_secp521r1_sha512, "ecdsa_secp521r1_sha512"},
    {SignatureScheme::rsa_pss_rsae_sha256, "rsa_pss_rsae_sha256"},
    {SignatureScheme::rsa_pss_rsae_sha384, "rsa_pss_rsae_sha384"},
    {SignatureScheme::rsa_pss_rsae_sha512, "rsa_pss_rsae_sha512"},
    {SignatureScheme::ed25519, "ed25519"},
    {SignatureScheme::ed448, "ed448"},
    {SignatureScheme::rsa_pss_pss_sha256, "rsa_pss_pss_sha256"},
    {SignatureScheme::rsa_pss_pss_sha384, "rsa_pss_pss_sha384"},
    {SignatureScheme::rsa_pss_pss_sha512, "rsa_pss_pss_sha512"},
    {SignatureScheme::mldsa44, "mldsa44"},
    {SignatureScheme::mldsa65, "mldsa65"},
    {SignatureScheme::mldsa87, "mldsa87"},
});

constexpr auto kExtensions = std::to_array<Row<ExtensionType>>({
    {ExtensionType::server_name, "server_name"},
    {ExtensionType::max_fragment_length, "max_fragment_length"},
    {ExtensionType::status_request, "status_request"},
    {ExtensionType::supported_groups, "supported_groups"},
    {ExtensionType::ec_point_formats, "ec_point_formats"},
    {ExtensionType::signature_algorithms, "signature_algorithms"},
    {ExtensionType::use_srtp, "use_srtp"},
    {ExtensionType::heartbeat, "heartbeat"},
    {ExtensionType::application_layer_protocol_negotiation,
     "application_layer_protocol_negotiation"},
    {ExtensionType::signed_certificate_timestamp, "signed_certificate_timestamp"},
    {ExtensionType::client_certificate_type, "client_certificate_type"},
    {ExtensionType::server_certificate_type, "server_certificate_type"},
    {ExtensionType::padding, "padding"},
    {ExtensionType::encrypt_then_mac, "encrypt_then_mac"},
    {ExtensionType::extended_master_secret, "extended_master_secret"},
    {ExtensionType::compress_certificate, "compress_certificate"},
    {ExtensionType::record_size_limit, "record_size_limit"},
    {ExtensionType::session_ticket, "session_ticket"},
    {ExtensionType::pre_shared_key, "pre_shared_key"},
    {ExtensionType::early_data, "early_data"},
    {ExtensionType::supported_versions, "supported_versions"},
    {ExtensionType::cookie, "cookie"},
    {ExtensionType::psk_key_exchange_modes, "psk_key_exchange_modes"},
    {ExtensionType::certificate_authorities, "certificate_authorities"},
    {ExtensionType::oid_filters, "oid_filters"},
    {ExtensionType::post_handshake_auth, "post_handshake_auth"},
    {ExtensionType::signature_algorithms_cert, "signature_algorithms_cert"},
    {ExtensionType::key_share, "key_share"},
    {ExtensionType::renegotiation_info, "renegotiation_info"},
});

}  // namespace

std::string_view name_of(ContentType value) { return look_up(kContentTypes, value); }
std::string_view name_of(HandshakeType value) { return look_up(kHandshakeTypes, value); }
std::string_view name_of(ProtocolVersion value) { return look_up(kVersions, value); }
std::string_view name_of(NamedGroup value) { return look_up(kGroups, value); }
std::string_view name_of(SignatureScheme value) { return look_up(kSchemes, value); }
std::string_view name_of(ExtensionType value) { return look_up(kExtensions, value); }

}  // namespace stepshake::wire
