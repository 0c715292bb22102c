// Alerts (RFC 8446 6, RFC 5246 7.2): their numbers and names.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stepshake {

enum class AlertLevel : std::uint8_t { warning = 1, fatal = 2 };

// The TLS registry's numbers; a value may hold a number that is not listed here.
enum class AlertDescription : std::uint8_t {
  close_notify = 0,
  unexpected_message = 10,
  bad_record_mac = 20,
  decryption_failed = 21,
  record_overflow = 22,
  decompression_failure = 30,
  handshake_failure = 40,
  no_certificate = 41,
  bad_certificate = 42,
  unsupported_certificate = 43,
  certificate_revoked = 44,
  certificate_expired = 45,
  certificate_unknown = 46,
  illegal_parameter = 47,
  unknown_ca = 48,
  access_denied = 49,
  decode_error = 50,
  decrypt_error = 51,
  export_restriction = 60,
  protocol_version = 70,
  insufficient_security = 71,
  internal_error = 80,
  inappropriate_fallback = 86,
  user_canceled = 90,
  no_renegotiation = 100,
  missing_extension = 109,
  unsupported_extension = 110,
  certificate_unobtainable = 111,
  unrecognized_name = 112,
  bad_certificate_status_response = 113,
  bad_certificate_hash_value = 114,
  unknown_psk_identity = 115,
  certificate_required = 116,
  general_error = 117,
  no_application_protocol = 120,
};

struct Alert {
  AlertLevel level = AlertLevel::fatal;
  AlertDescription description = AlertDescription::internal_error;
  bool operator==(const Alert&) const = default;
};

// All that are listed above, by number.
std::vector<AlertDescription> known_alerts();

// "unexpected_message"; for a number that is not registered "alert_200".
std::string alert_name(AlertDescription description);

// What OpenSSL's error text is for this alert received from a peer, "tlsv1 alert protocol version" or
// "sslv3 alert handshake failure"; "reason(1200)" where OpenSSL has none.
std::string openssl_peer_alert_text(AlertDescription description);

}  // namespace stepshake
