// Numbers of the TLS registries (RFC 8446 4, B; IANA "TLS Parameters"), with their names. An enumeration may hold
// a number that is not listed: what a peer sends is kept as it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "wire/cipher_suites.h"

namespace stepshake::wire {

enum class ContentType : std::uint8_t {
  invalid = 0,
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
};

enum class HandshakeType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  end_of_early_data = 5,
  encrypted_extensions = 8,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
  certificate_status = 22,
  key_update = 24,
  message_hash = 254,
};

enum class ProtocolVersion : std::uint16_t {
  ssl_3_0 = 0x0300,
  tls_1_0 = 0x0301,
  tls_1_1 = 0x0302,
  tls_1_2 = 0x0303,
  tls_1_3 = 0x0304,
};

enum class NamedGroup : std::uint16_t {
  secp256r1 = 0x0017,
  secp384r1 = 0x0018,
  secp521r1 = 0x0019,
  x25519 = 0x001d,
  x448 = 0x001e,
  ffdhe2048 = 0x0100,
  ffdhe3072 = 0x0101,
  ffdhe4096 = 0x0102,
  ffdhe6144 = 0x0103,
  ffdhe8192 = 0x0104,
  mlkem512 = 0x0200,
  mlkem768 = 0x0201,
  mlkem1024 = 0x0202,
  secp256r1mlkem768 = 0x11eb,
  x25519mlkem768 = 0x11ec,
  secp384r1mlkem1024 = 0x11ed,
};

enum class SignatureScheme : std::uint16_t {
  rsa_pkcs1_sha1 = 0x0201,
  ecdsa_sha1 = 0x0203,
  rsa_pkcs1_sha256 = 0x0401,
  ecdsa_secp256r1_sha256 = 0x0403,
  rsa_pkcs1_sha384 = 0x0501,
  ecdsa_secp384r1_sha384 = 0x0503,
  rsa_pkcs1_sha512 = 0x0601,
  ecdsa_secp521r1_sha512 = 0x0603,
  rsa_pss_rsae_sha256 = 0x0804,
  rsa_pss_rsae_sha384 = 0x0805,
  rsa_pss_rsae_sha512 = 0x0806,
  ed25519 = 0x0807,
  ed448 = 0x0808,
  rsa_pss_pss_sha256 = 0x0809,
  rsa_pss_pss_sha384 = 0x080a,
  rsa_pss_pss_sha512 = 0x080b,
  mldsa44 = 0x0904,
  mldsa65 = 0x0905,
  mldsa87 = 0x0906,
};

enum class ExtensionType : std::uint16_t {
  server_name = 0,
  max_fragment_length = 1,
  status_request = 5,
  supported_groups = 10,
  ec_point_formats = 11,
  signature_algorithms = 13,
  use_srtp = 14,
  heartbeat = 15,
  application_layer_protocol_negotiation = 16,
  signed_certificate_timestamp = 18,
  client_certificate_type = 19,
  server_certificate_type = 20,
  padding = 21,
  encrypt_then_mac = 22,
  extended_master_secret = 23,
  compress_certificate = 27,
  record_size_limit = 28,
  session_ticket = 35,
  pre_shared_key = 41,
  early_data = 42,
  supported_versions = 43,
  cookie = 44,
  psk_key_exchange_modes = 45,
  certificate_authorities = 47,
  oid_filters = 48,
  post_handshake_auth = 49,
  signature_algorithms_cert = 50,
  key_share = 51,
  renegotiation_info = 0xff01,
};

// The registry's name ("TLS_AES_128_GCM_SHA256", "x25519"); empty where the number is not listed above.
std::string_view name_of(ContentType value);
std::string_view name_of(HandshakeType value);
std::string_view name_of(ProtocolVersion value);
std::string_view name_of(NamedGroup value);
std::string_view name_of(SignatureScheme value);
std::string_view name_of(ExtensionType value);

template <class Enum>
constexpr auto number_of(Enum value) {
  return static_cast<std::underlying_type_t<Enum>>(value);
}

// The name, or the number in hexadecimal where there is no name: for messages to people.
template <class Enum>
std::string shown(Enum value) {
  const std::string_view name = name_of(value);
  if (!name.empty()) return std::string(name);
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = static_cast<int>(sizeof(Enum)) * 8 - 4; shift >= 0; shift -= 4) {
    text.push_back(kDigits[(number_of(value) >> shift) & 15U]);
  }
  return text;
}

}  // namespace stepshake::wire
