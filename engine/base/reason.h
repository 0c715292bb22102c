// Why a session fails: one table from the peer's (or our own) misdeed to the alert that tells the peer and to
// OpenSSL's reason that tells the caller. Handlers name a reason; the alert is derived here and never chosen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/alert.h"
#include "base/fields.h"

namespace stepshake {

enum class Reason : std::uint8_t {
  // Our own doing, or the caller's.
  internal_error,
  connection_type_not_set,
  uninitialized,
  read_bio_not_set,
  called_wrong_function,
  protocol_is_shutdown,
  shutdown_in_handshake,
  still_in_handshake,
  extension_not_received,
  not_server,
  not_in_this_version,
  caller_refused_hello,
  caller_refused_certificate,
  caller_refused_peer,
  // The transport.
  unexpected_eof,
  // Records (RFC 8446 5).
  http_request,
  https_proxy_request,
  not_tls,
  record_version,
  record_type,
  record_overflow,
  inner_plaintext_overflow,
  record_empty,
  inner_plaintext_without_type,
  bad_record_mac,
  unprotected_record,
  record_straddles_key_change,
  interleaved_records,
  application_data_too_early,
  data_after_close_notify,
  bad_change_cipher_spec,
  bad_alert,
  unknown_alert_level,
  too_many_warnings,
  too_many_key_updates,
  too_many_empty_records,
  too_much_early_data,
  // Messages.
  unexpected_message,
  decode_error,
  trailing_data,
  message_too_long,
  bad_finished_length,
  // Extensions (RFC 8446 4.2).
  duplicate_extension,
  misplaced_extension,
  unsolicited_extension,
  malformed_extension,
  missing_extension,
  missing_signature_algorithms,
  // Parameters.
  legacy_version,
  legacy_compression,
  legacy_session_id_echo,
  unsupported_version,
  version_not_offered,
  cipher_not_offered,
  cipher_changed,
  downgrade_detected,
  bad_key_share,
  key_share_not_offered,
  bad_point,
  bad_dhe_value,
  weak_dhe_group,
  no_change_after_retry,
  client_hello_changed,
  bad_parameter,
  bad_alpn,
  wrong_signature_scheme,
  bad_key_update,
  bad_request_context,
  bad_psk,
  bad_cookie,
  inappropriate_fallback,
  renegotiation_mismatch,
  insecure_renegotiation,
  renegotiation_refused,
  extended_master_secret_changed,
  extended_master_secret_missing,
  session_changed,
  session_suite_missing,
  bad_curve,
  bad_certificate_type,
  // No overlap.
  no_shared_version,
  no_shared_cipher,
  no_shared_group,
  no_shared_signature_scheme,
  no_suitable_certificate,
  no_application_protocol,
  unrecognized_name,
  // Proof.
  bad_signature,
  bad_verify_data,
  bad_binder,
  unknown_psk_identity,
  // Certificates; one a verdict, since the alert differs.
  certificate_missing,
  certificate_missing12,
  certificate_list_empty,
  certificate_bad,
  certificate_unsupported,
  certificate_expired,
  certificate_revoked,
  certificate_unknown,
  certificate_unknown_ca,
  certificate_name_mismatch,
  // The peer's fatal alert; Failure::peer_alert says which.
  peer_alert,
  last = peer_alert
};

struct ReasonFacts {
  Reason reason;
  std::string_view name;                  // the enumerator's
  std::optional<AlertDescription> alert;  // what is sent to the peer; nothing: no alert is sent
  std::uint32_t openssl_reason;           // SSL_R_..., without the library's number
  std::string_view openssl_text;          // as ERR_reason_error_string(3)
};

const ReasonFacts& facts_of(Reason reason);

// A failure, latched by the session that meets it.
struct Failure {
  Reason reason = Reason::internal_error;
  std::string detail;                          // what exactly was wrong, in our words
  std::optional<AlertDescription> peer_alert;  // Reason::peer_alert only
  std::optional<AlertDescription> alert;       // instead of the reason's: chosen by the caller

  bool operator==(const Failure&) const = default;
};
STEPSHAKE_FIELDS(Failure, reason, detail, peer_alert, alert)

// The alert that a failure sends, if any.
std::optional<AlertDescription> alert_of(const Failure& failure);

// ERR_PACK(ERR_LIB_SSL = 20, 0, reason), as ERR_get_error(3) returns it from OpenSSL 3.0 on.
std::uint32_t openssl_code(const Failure& failure);

// As ERR_reason_error_string(3).
std::string openssl_text(const Failure& failure);

}  // namespace stepshake
