#include "base/alert.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace stepshake {
namespace {

struct Row {
  AlertDescription description;
  std::string_view name;
  std::string_view
      openssl_text;  // ERR_reason_error_string of SSL_R 1000 + number; empty: it has none
};

using enum AlertDescription;
constexpr auto kRows = std::to_array<Row>({
    {close_notify, "close_notify", ""},
    {unexpected_message, "unexpected_message", "sslv3 alert unexpected message"},
    {bad_record_mac, "bad_record_mac", "sslv3 alert bad record mac"},
    {decryption_failed, "decryption_failed", "tlsv1 alert decryption failed"},
    {record_overflow, "record_overflow", "tlsv1 alert record overflow"},
    {decompression_failure, "decompression_failure", "sslv3 alert decompression failure"},
    {handshake_failure, "handshake_failure", "sslv3 alert handshake failure"},
    {no_certificate, "no_certificate", "sslv3 alert no certificate"},
    {bad_certificate, "bad_certificate", "sslv3 alert bad certificate"},
    {unsupported_certificate, "unsupported_certificate", "sslv3 alert unsupported certificate"},
    {certificate_revoked, "certificate_revoked", "sslv3 alert certificate revoked"},
    {certificate_expired, "certificate_expired", "sslv3 alert certificate expired"},
    {certificate_unknown, "certificate_unknown", "sslv3 alert certificate unknown"},
    {illegal_parameter, "illegal_parameter", "sslv3 alert illegal parameter"},
    {unknown_ca, "unknown_ca", "tlsv1 alert unknown ca"},
    {access_denied, "access_denied", "tlsv1 alert access denied"},
    {decode_error, "decode_error", "tlsv1 alert decode error"},
    {decrypt_error, "decrypt_error", "tlsv1 alert decrypt error"},
    {export_restriction, "export_restriction", "tlsv1 alert export restriction"},
    {protocol_version, "protocol_version", "tlsv1 alert protocol version"},
    {insufficient_security, "insufficient_security", "tlsv1 alert insufficient security"},
    {internal_error, "internal_error", "tlsv1 alert internal error"},
    {inappropriate_fallback, "inappropriate_fallback", "tlsv1 alert inappropriate fallback"},
    {user_canceled, "user_canceled", "tlsv1 alert user cancelled"},
    {no_renegotiation, "no_renegotiation", "tlsv1 alert no renegotiation"},
    {missing_extension, "missing_extension", "tlsv13 alert missing extension"},
    {unsupported_extension, "unsupported_extension", "tlsv1 unsupported extension"},
    {certificate_unobtainable, "certificate_unobtainable", "tlsv1 certificate unobtainable"},
    {unrecognized_name, "unrecognized_name", "tlsv1 unrecognized name"},
    {bad_certificate_status_response, "bad_certificate_status_response",
     "tlsv1 bad certificate status response"},
    {bad_certificate_hash_value, "bad_certificate_hash_value", "tlsv1 bad certificate hash value"},
    {unknown_psk_identity, "unknown_psk_identity", "tlsv1 alert unknown psk identity"},
    {certificate_required, "certificate_required", "tlsv13 alert certificate required"},
    {general_error, "general_error", ""},
    {no_application_protocol, "no_application_protocol", "tlsv1 alert no application protocol"},
});

const Row* find(AlertDescription description) {
  const auto* row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& candidate) {
    return candidate.description == description;
  });
  return row == kRows.end() ? nullptr : row;
}

}  // namespace

std::vector<AlertDescription> known_alerts() {
  std::vector<AlertDescription> all;
  all.reserve(kRows.size());
  for (const Row& row : kRows) all.push_back(row.description);
  return all;
}

std::string alert_name(AlertDescription description) {
  const Row* row = find(description);
  if (row == nullptr) return "alert_" + std::to_string(static_cast<int>(description));
  return std::string(row->name);
}

std::string openssl_peer_alert_text(AlertDescription description) {
  const Row* row = find(description);
  if (row == nullptr || row->openssl_text.empty()) {
    return "reason(" + std::to_string(1000 + static_cast<int>(description)) + ")";
  }
  return std::string(row->openssl_text);
}

}  // namespace stepshake
