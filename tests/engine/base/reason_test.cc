// base/reason.h and base/alert.h: the one table from a reason to its alert, OpenSSL's code and its text.
#include "base/reason.h"

#include <gtest/gtest.h>

#include <set>

#include "base/result.h"

namespace stepshake::testing {
namespace {

TEST(Reason, HasARowForEachWithANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Reason::last); ++i) {
    const auto& row = facts_of(static_cast<Reason>(i));
    EXPECT_EQ(static_cast<int>(row.reason), i);
    EXPECT_FALSE(row.name.empty());
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.openssl_text.empty(), row.reason == Reason::peer_alert) << row.name;
  }
}

// RFC 8446 6.2: what each alert is for.
TEST(Reason, LeadsToTheRfcsAlert) {
  using enum AlertDescription;
  const std::vector<std::pair<Reason, AlertDescription>> rows = {
      {Reason::unexpected_message, unexpected_message},
      {Reason::decode_error, decode_error},
      {Reason::trailing_data, decode_error},
      {Reason::bad_record_mac, bad_record_mac},
      {Reason::record_overflow, record_overflow},
      {Reason::inner_plaintext_overflow, record_overflow},
      {Reason::bad_signature, decrypt_error},
      {Reason::bad_verify_data, decrypt_error},
      {Reason::unsolicited_extension, unsupported_extension},
      {Reason::misplaced_extension, illegal_parameter},
      {Reason::missing_extension, missing_extension},
      {Reason::missing_signature_algorithms, missing_extension},
      {Reason::no_shared_version, protocol_version},
      {Reason::no_shared_cipher, handshake_failure},
      {Reason::no_shared_group, handshake_failure},
      {Reason::no_application_protocol, no_application_protocol},
      {Reason::certificate_missing, certificate_required},
      {Reason::certificate_list_empty, decode_error},
      {Reason::certificate_expired, certificate_expired},
      {Reason::certificate_revoked, certificate_revoked},
      {Reason::certificate_unknown_ca, unknown_ca},
      {Reason::bad_key_update, illegal_parameter},
      {Reason::downgrade_detected, illegal_parameter},
      {Reason::internal_error, internal_error},
  };
  for (const auto& [reason, alert] : rows) {
    EXPECT_EQ(alert_of(fail(reason)), alert) << facts_of(reason).name;
  }
}

// As OpenSSL: no alert to a peer that speaks no TLS, for a misuse of ours, or in answer to an alert.
TEST(Reason, WithoutAnAlertStaysSilent) {
  for (auto reason : {Reason::http_request, Reason::https_proxy_request, Reason::not_tls,
                      Reason::connection_type_not_set, Reason::uninitialized, Reason::peer_alert,
                      Reason::protocol_is_shutdown, Reason::shutdown_in_handshake}) {
    EXPECT_FALSE(alert_of(fail(reason)).has_value()) << facts_of(reason).name;
  }
}

// ERR_PACK(ERR_LIB_SSL, 0, reason); the peer's alert counts from 1000.
TEST(Reason, HasOpenSslsPackedCode) {
  EXPECT_EQ(openssl_code(fail(Reason::unexpected_message)), 0x0a0000f4U);
  Failure failure = fail(Reason::peer_alert);
  failure.peer_alert = AlertDescription::handshake_failure;
  EXPECT_EQ(openssl_code(failure), 0x0a000410U);
  EXPECT_EQ(openssl_text(failure), "sslv3 alert handshake failure");
}

TEST(Alert, HasItsRegisteredNameOrItsNumber) {
  EXPECT_EQ(alert_name(AlertDescription::close_notify), "close_notify");
  EXPECT_EQ(alert_name(AlertDescription::no_application_protocol), "no_application_protocol");
  EXPECT_EQ(alert_name(static_cast<AlertDescription>(200)), "alert_200");
  EXPECT_EQ(openssl_peer_alert_text(static_cast<AlertDescription>(200)), "reason(1200)");
}

Result<int> half(int number) {
  if (number % 2 != 0) return fail(Reason::decode_error, "odd");
  return number / 2;
}

Result<int> quarter(int number) {
  TRY_ASSIGN(const int halved, half(number));
  TRY(half(halved));
  return half(halved);
}

TEST(Result, IsAValueOrWhyThereIsNone) {
  EXPECT_EQ(*quarter(8), 2);
  EXPECT_FALSE(quarter(6).ok());
  EXPECT_EQ(quarter(7).failure().detail, "odd");
  EXPECT_TRUE(Result<void>().ok());
  EXPECT_FALSE(Result<void>(fail(Reason::decode_error)).ok());
}

}  // namespace
}  // namespace stepshake::testing
