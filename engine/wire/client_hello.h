// ClientHello (RFC 8446 4.1.2).
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"
#include "wire/extension_bodies12.h"
#include "wire/extensions.h"

namespace stepshake::wire {

using Random = std::array<std::uint8_t, 32>;

// The extensions that we understand, each where it was present, and the others as they came.
struct ClientHelloExtensions {
  std::optional<std::string> server_name;
  std::optional<std::vector<NamedGroup>> supported_groups;
  std::optional<std::vector<SignatureScheme>> signature_algorithms;
  std::optional<std::vector<SignatureScheme>> signature_algorithms_cert;
  std::optional<std::vector<Bytes>> alpn;
  std::optional<std::vector<ProtocolVersion>> supported_versions;
  std::optional<std::vector<KeyShareEntry>> key_share;
  std::optional<Bytes> cookie;
  std::optional<std::vector<PskKeyExchangeMode>> psk_key_exchange_modes;
  std::optional<std::vector<Bytes>> certificate_authorities;
  bool early_data = false;
  bool post_handshake_auth = false;
  std::optional<OfferedPsks> pre_shared_key;
  // Those that TLS 1.2 has alone, or had before.
  std::optional<std::uint8_t> max_fragment_length;
  std::optional<StatusRequest> status_request;
  std::optional<std::vector<std::uint8_t>> ec_point_formats;
  std::optional<UseSrtp> use_srtp;
  bool signed_certificate_timestamp = false;
  std::optional<std::vector<CertificateType>> client_certificate_types;
  std::optional<std::vector<CertificateType>> server_certificate_types;
  bool encrypt_then_mac = false;
  bool extended_master_secret = false;
  std::optional<std::uint16_t> record_size_limit;
  std::optional<Bytes> session_ticket;  // empty: asks for one
  std::optional<Bytes> renegotiation_info;
  RawExtensions others;
};

struct ClientHello {
  static constexpr HandshakeType kType = HandshakeType::client_hello;

  std::uint16_t legacy_version = 0x0303;
  Random random{};
  Bytes legacy_session_id;
  std::vector<CipherSuite> cipher_suites;
  Bytes legacy_compression_methods{0};
  ClientHelloExtensions extensions;
  // Filled in by decode, empty in a hello made here: the types of all extensions in the order of the wire, which are what
  // an answer may contain; and the block that they stood in.
  std::vector<ExtensionType> extension_types;
  Bytes extension_block;
};

// Strict: bounds, no trailing bytes, no duplicates, pre_shared_key last, every known extension well-formed.
Result<ClientHello> decode_client_hello(BytesView body);

// The body. Extensions in a fixed order, pre_shared_key last.
Bytes encode(const ClientHello& hello);

// Every extension of a hello that was decoded, as it stood there.
RawExtensions extensions_as_sent(const ClientHello& hello);

}  // namespace stepshake::wire
