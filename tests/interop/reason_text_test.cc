// Every row of our reason table against libssl's own strings: the number and the text are OpenSSL's.
#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "base/reason.h"
#include "base/result.h"

namespace stepshake::testing {
namespace {

class ReasonText : public ::testing::Test {
 protected:
  void SetUp() override { OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS, nullptr); }
};

std::string openssl_says(std::uint32_t code) {
  const char* text = ERR_reason_error_string(code);
  return text == nullptr ? "" : text;
}

TEST_F(ReasonText, OfEveryReasonIsOpenSsls) {
  for (int i = 0; i <= static_cast<int>(Reason::last); ++i) {
    const auto reason = static_cast<Reason>(i);
    if (reason == Reason::peer_alert) continue;
    const Failure failure = fail(reason);
    EXPECT_EQ(openssl_text(failure), openssl_says(openssl_code(failure)))
        << facts_of(reason).name << " " << facts_of(reason).openssl_reason;
    EXPECT_EQ(ERR_GET_LIB(openssl_code(failure)), ERR_LIB_SSL);
  }
}

// Our texts are OpenSSL 3.0's; later ones call an alert that SSL 3.0 had "ssl/tls alert".
std::string as_3_0_has_it(std::string text) {
  static constexpr std::string_view kLater = "ssl/tls alert ";
  return text.starts_with(kLater) ? "sslv3 alert " + text.substr(kLater.size()) : text;
}

TEST_F(ReasonText, OfEveryPeersAlertIsOpenSsls) {
  for (int number = 0; number < 256; ++number) {
    Failure failure = fail(Reason::peer_alert);
    failure.peer_alert = static_cast<AlertDescription>(number);
    const std::string theirs = as_3_0_has_it(openssl_says(openssl_code(failure)));
    if (theirs.empty()) {
      EXPECT_EQ(openssl_text(failure), "reason(" + std::to_string(1000 + number) + ")");
    } else {
      EXPECT_EQ(openssl_text(failure), theirs) << number;
    }
  }
}

}  // namespace
}  // namespace stepshake::testing
