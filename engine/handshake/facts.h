// What a handshake has agreed on so far.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "crypto/chain.h"
#include "crypto/x509.h"
#include "schedule/tls13_secrets.h"
#include "wire/code_points.h"

namespace stepshake::handshake {

// What became of 0-RTT data.
enum class EarlyData : std::uint8_t { none, offered, rejected, accepted };

struct Facts {
  std::optional<wire::ProtocolVersion> version;
  std::optional<wire::CipherSuite> cipher_suite;
  std::optional<wire::NamedGroup> group;
  // Of the CertificateVerify that the server, or the client, sent.
  std::optional<wire::SignatureScheme> server_signature_scheme;
  std::optional<wire::SignatureScheme> client_signature_scheme;
  std::optional<Bytes> alpn_protocol;
  std::string server_name;                 // of the client's server_name extension
  std::vector<Bytes> peer_certificates;    // DER, leaf first
  std::optional<crypto::Verdict> verdict;  // where the peer's chain was checked
  bool hello_retry_request = false;
  // The pre-shared key that authenticates, where one does.
  std::optional<schedule::PskOrigin> psk;
  EarlyData early_data = EarlyData::none;
  bool post_handshake_auth = false;  // the client offers it
  std::array<std::uint8_t, 32> client_random{};
  // TLS 1.2 and older.
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool secure_renegotiation = false;
  // What came with the server's certificate: an OCSP response, DER, and SerializedSCTs.
  std::optional<Bytes> ocsp_response;
  std::vector<Bytes> timestamps;
  // RFC 7250: what is in the Certificates; peer_certificates then holds one SubjectPublicKeyInfo.
  wire::CertificateType server_certificate_type = wire::CertificateType::x509;
  wire::CertificateType client_certificate_type = wire::CertificateType::x509;
  std::optional<std::uint16_t> max_fragment_length;  // bytes
  std::optional<std::uint16_t> record_size_limit;    // the peer's
  std::optional<std::uint16_t> srtp_profile;
};
STEPSHAKE_FIELDS(Facts, version, cipher_suite, group, server_signature_scheme,
                 client_signature_scheme, alpn_protocol, server_name, peer_certificates, verdict,
                 hello_retry_request, psk, early_data, post_handshake_auth, client_random,
                 extended_master_secret, encrypt_then_mac, secure_renegotiation, ocsp_response,
                 timestamps, server_certificate_type, client_certificate_type, max_fragment_length,
                 record_size_limit, srtp_profile)

}  // namespace stepshake::handshake
