#include "base/reason.h"

#include <array>

namespace stepshake {
namespace {

using A = AlertDescription;
constexpr std::nullopt_t kNoAlert = std::nullopt;
// ERR_R_INTERNAL_ERROR with its flags, from <openssl/err.h>.
constexpr std::uint32_t kInternalError = 0xC0103;
constexpr std::uint32_t kCalledWrongFunction = 0xC0101;

constexpr auto kTable = std::to_array<ReasonFacts>({
    {Reason::internal_error, "internal_error", A::internal_error, kInternalError, "internal error"},
    {Reason::connection_type_not_set, "connection_type_not_set", kNoAlert, 144,
     "connection type not set"},
    {Reason::uninitialized, "uninitialized", kNoAlert, 276, "uninitialized"},
    {Reason::read_bio_not_set, "read_bio_not_set", A::internal_error, 211, "read bio not set"},
    {Reason::called_wrong_function, "called_wrong_function", kNoAlert, kCalledWrongFunction,
     "called a function you should not call"},
    {Reason::protocol_is_shutdown, "protocol_is_shutdown", kNoAlert, 207, "protocol is shutdown"},
    {Reason::shutdown_in_handshake, "shutdown_in_handshake", kNoAlert, 407,
     "shutdown while in init"},
    {Reason::still_in_handshake, "still_in_handshake", kNoAlert, 121, "still in init"},
    {Reason::extension_not_received, "extension_not_received", kNoAlert, 279,
     "extension not received"},
    {Reason::not_server, "not_server", kNoAlert, 284, "not server"},
    {Reason::not_in_this_version, "not_in_this_version", kNoAlert, 266, "wrong ssl version"},
    {Reason::caller_refused_hello, "caller_refused_hello", A::handshake_failure, 234,
     "callback failed"},
    {Reason::caller_refused_certificate, "caller_refused_certificate", A::internal_error, 377,
     "cert cb error"},
    {Reason::caller_refused_peer, "caller_refused_peer", A::bad_certificate, 134,
     "certificate verify failed"},
    {Reason::unexpected_eof, "unexpected_eof", A::decode_error, 294,
     "unexpected eof while reading"},
    {Reason::http_request, "http_request", kNoAlert, 156, "http request"},
    {Reason::https_proxy_request, "https_proxy_request", kNoAlert, 155, "https proxy request"},
    {Reason::not_tls, "not_tls", kNoAlert, 267, "wrong version number"},
    {Reason::record_version, "record_version", A::protocol_version, 267, "wrong version number"},
    {Reason::record_type, "record_type", A::unexpected_message, 443, "bad record type"},
    {Reason::record_overflow, "record_overflow", A::record_overflow, 150,
     "encrypted length too long"},
    {Reason::inner_plaintext_overflow, "inner_plaintext_overflow", A::record_overflow, 146,
     "data length too long"},
    {Reason::record_empty, "record_empty", A::unexpected_message, 271, "bad length"},
    {Reason::inner_plaintext_without_type, "inner_plaintext_without_type", A::unexpected_message,
     443, "bad record type"},
    {Reason::bad_record_mac, "bad_record_mac", A::bad_record_mac, 281,
     "decryption failed or bad record mac"},
    {Reason::unprotected_record, "unprotected_record", A::unexpected_message, 443,
     "bad record type"},
    {Reason::record_straddles_key_change, "record_straddles_key_change", A::unexpected_message, 182,
     "not on record boundary"},
    {Reason::interleaved_records, "interleaved_records", A::unexpected_message, 293,
     "mixed handshake and non handshake data"},
    {Reason::application_data_too_early, "application_data_too_early", A::unexpected_message, 100,
     "app data in handshake"},
    {Reason::data_after_close_notify, "data_after_close_notify", A::unexpected_message, 291,
     "application data after close notify"},
    {Reason::bad_change_cipher_spec, "bad_change_cipher_spec", A::unexpected_message, 260,
     "invalid ccs message"},
    {Reason::bad_alert, "bad_alert", A::decode_error, 205, "invalid alert"},
    {Reason::unknown_alert_level, "unknown_alert_level", A::illegal_parameter, 246,
     "unknown alert type"},
    {Reason::too_many_warnings, "too_many_warnings", A::unexpected_message, 409,
     "too many warn alerts"},
    {Reason::too_many_key_updates, "too_many_key_updates", A::unexpected_message, 132,
     "too many key updates"},
    {Reason::too_many_empty_records, "too_many_empty_records", A::unexpected_message, 298,
     "record too small"},
    {Reason::too_much_early_data, "too_much_early_data", A::unexpected_message, 164,
     "too much early data"},
    {Reason::unexpected_message, "unexpected_message", A::unexpected_message, 244,
     "unexpected message"},
    {Reason::decode_error, "decode_error", A::decode_error, 159, "length mismatch"},
    {Reason::trailing_data, "trailing_data", A::decode_error, 271, "bad length"},
    {Reason::message_too_long, "message_too_long", A::illegal_parameter, 152,
     "excessive message size"},
    {Reason::bad_finished_length, "bad_finished_length", A::decode_error, 111, "bad digest length"},
    {Reason::duplicate_extension, "duplicate_extension", A::illegal_parameter, 110,
     "bad extension"},
    {Reason::misplaced_extension, "misplaced_extension", A::illegal_parameter, 110,
     "bad extension"},
    {Reason::unsolicited_extension, "unsolicited_extension", A::unsupported_extension, 217,
     "unsolicited extension"},
    {Reason::malformed_extension, "malformed_extension", A::decode_error, 110, "bad extension"},
    {Reason::missing_extension, "missing_extension", A::missing_extension, 110, "bad extension"},
    {Reason::missing_signature_algorithms, "missing_signature_algorithms", A::missing_extension,
     112, "missing sigalgs extension"},
    {Reason::legacy_version, "legacy_version", A::illegal_parameter, 292, "bad legacy version"},
    {Reason::legacy_compression, "legacy_compression", A::illegal_parameter, 341,
     "invalid compression algorithm"},
    {Reason::legacy_session_id_echo, "legacy_session_id_echo", A::illegal_parameter, 999,
     "invalid session id"},
    {Reason::unsupported_version, "unsupported_version", A::protocol_version, 258,
     "unsupported protocol"},
    {Reason::version_not_offered, "version_not_offered", A::illegal_parameter, 266,
     "wrong ssl version"},
    {Reason::cipher_not_offered, "cipher_not_offered", A::illegal_parameter, 261,
     "wrong cipher returned"},
    {Reason::cipher_changed, "cipher_changed", A::illegal_parameter, 186, "bad cipher"},
    {Reason::downgrade_detected, "downgrade_detected", A::illegal_parameter, 373,
     "inappropriate fallback"},
    {Reason::bad_key_share, "bad_key_share", A::illegal_parameter, 108, "bad key share"},
    {Reason::key_share_not_offered, "key_share_not_offered", A::illegal_parameter, 108,
     "bad key share"},
    {Reason::bad_point, "bad_point", A::illegal_parameter, 306, "bad ecpoint"},
    {Reason::bad_dhe_value, "bad_dhe_value", A::handshake_failure, 102, "bad dh value"},
    {Reason::weak_dhe_group, "weak_dhe_group", A::insufficient_security, 394, "dh key too small"},
    {Reason::no_change_after_retry, "no_change_after_retry", A::illegal_parameter, 214,
     "no change following hrr"},
    {Reason::client_hello_changed, "client_hello_changed", A::illegal_parameter, 110,
     "bad extension"},
    {Reason::bad_parameter, "bad_parameter", A::illegal_parameter, 110, "bad extension"},
    {Reason::bad_alpn, "bad_alpn", A::illegal_parameter, 110, "bad extension"},
    {Reason::wrong_signature_scheme, "wrong_signature_scheme", A::illegal_parameter, 370,
     "wrong signature type"},
    {Reason::bad_key_update, "bad_key_update", A::illegal_parameter, 122, "bad key update"},
    {Reason::bad_request_context, "bad_request_context", A::illegal_parameter, 282,
     "invalid context"},
    {Reason::bad_psk, "bad_psk", A::illegal_parameter, 219, "bad psk"},
    {Reason::bad_cookie, "bad_cookie", A::illegal_parameter, 308, "cookie mismatch"},
    {Reason::inappropriate_fallback, "inappropriate_fallback", A::inappropriate_fallback, 373,
     "inappropriate fallback"},
    {Reason::renegotiation_mismatch, "renegotiation_mismatch", A::handshake_failure, 337,
     "renegotiation mismatch"},
    {Reason::insecure_renegotiation, "insecure_renegotiation", A::handshake_failure, 338,
     "unsafe legacy renegotiation disabled"},
    {Reason::renegotiation_refused, "renegotiation_refused", A::handshake_failure, 339,
     "no renegotiation"},
    {Reason::extended_master_secret_changed, "extended_master_secret_changed", A::handshake_failure,
     104, "inconsistent extms"},
    {Reason::extended_master_secret_missing, "extended_master_secret_missing", A::handshake_failure,
     104, "inconsistent extms"},
    {Reason::session_changed, "session_changed", A::illegal_parameter, 197,
     "old session cipher not returned"},
    {Reason::session_suite_missing, "session_suite_missing", A::illegal_parameter, 215,
     "required cipher missing"},
    {Reason::bad_curve, "bad_curve", A::illegal_parameter, 378, "wrong curve"},
    {Reason::bad_certificate_type, "bad_certificate_type", A::illegal_parameter, 383,
     "wrong certificate type"},
    {Reason::no_shared_version, "no_shared_version", A::protocol_version, 258,
     "unsupported protocol"},
    {Reason::no_shared_cipher, "no_shared_cipher", A::handshake_failure, 193, "no shared cipher"},
    {Reason::no_shared_group, "no_shared_group", A::handshake_failure, 101,
     "no suitable key share"},
    {Reason::no_shared_signature_scheme, "no_shared_signature_scheme", A::handshake_failure, 376,
     "no shared signature algorithms"},
    {Reason::no_suitable_certificate, "no_suitable_certificate", A::handshake_failure, 118,
     "no suitable signature algorithm"},
    {Reason::no_application_protocol, "no_application_protocol", A::no_application_protocol, 235,
     "no application protocol"},
    {Reason::unrecognized_name, "unrecognized_name", A::unrecognized_name, 226,
     "clienthello tlsext"},
    {Reason::bad_signature, "bad_signature", A::decrypt_error, 123, "bad signature"},
    {Reason::bad_verify_data, "bad_verify_data", A::decrypt_error, 149, "digest check failed"},
    {Reason::bad_binder, "bad_binder", A::decrypt_error, 253, "binder does not verify"},
    {Reason::unknown_psk_identity, "unknown_psk_identity", A::unknown_psk_identity, 223,
     "psk identity not found"},
    {Reason::certificate_missing, "certificate_missing", A::certificate_required, 199,
     "peer did not return a certificate"},
    {Reason::certificate_missing12, "certificate_missing12", A::handshake_failure, 199,
     "peer did not return a certificate"},
    {Reason::certificate_list_empty, "certificate_list_empty", A::decode_error, 176,
     "no certificates returned"},
    {Reason::certificate_bad, "certificate_bad", A::bad_certificate, 134,
     "certificate verify failed"},
    {Reason::certificate_unsupported, "certificate_unsupported", A::unsupported_certificate, 134,
     "certificate verify failed"},
    {Reason::certificate_expired, "certificate_expired", A::certificate_expired, 134,
     "certificate verify failed"},
    {Reason::certificate_revoked, "certificate_revoked", A::certificate_revoked, 134,
     "certificate verify failed"},
    {Reason::certificate_unknown, "certificate_unknown", A::certificate_unknown, 134,
     "certificate verify failed"},
    {Reason::certificate_unknown_ca, "certificate_unknown_ca", A::unknown_ca, 134,
     "certificate verify failed"},
    {Reason::certificate_name_mismatch, "certificate_name_mismatch", A::bad_certificate, 134,
     "certificate verify failed"},
    {Reason::peer_alert, "peer_alert", kNoAlert, 1000, ""},
});

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].reason) != i) return false;
  }
  return kTable.size() == static_cast<std::size_t>(Reason::last) + 1;
}
static_assert(in_order(), "the table has one row for each Reason, in the enumeration's order");

constexpr std::uint32_t kLibrarySsl = 20;

}  // namespace

const ReasonFacts& facts_of(Reason reason) { return kTable[static_cast<std::size_t>(reason)]; }

std::optional<AlertDescription> alert_of(const Failure& failure) {
  return failure.alert ? failure.alert : facts_of(failure.reason).alert;
}

std::uint32_t openssl_code(const Failure& failure) {
  std::uint32_t reason = facts_of(failure.reason).openssl_reason;
  if (failure.peer_alert) reason += static_cast<std::uint32_t>(*failure.peer_alert);
  return kLibrarySsl << 23 | reason;
}

std::string openssl_text(const Failure& failure) {
  if (failure.peer_alert) return openssl_peer_alert_text(*failure.peer_alert);
  return std::string(facts_of(failure.reason).openssl_text);
}

}  // namespace stepshake
