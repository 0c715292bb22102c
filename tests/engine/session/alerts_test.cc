// Alerts from the peer (RFC 8446 6), in every state.
#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ContentType;

Bytes alert(std::uint8_t level, std::uint8_t description) { return {level, description}; }

class AlertInEveryState : public ::testing::TestWithParam<std::string> {
 protected:
  const Station& here() const { return station(GetParam()); }
  Bytes sealed(BytesView content) const {
    return Peer(here().victim).seal(ContentType::alert, content);
  }
  bool before_the_hello() const { return GetParam() == "server WaitClientHello"; }
  // The client knows the version from the server's first answer on.
  bool version_known() const { return GetParam() != "client WaitServerHello"; }
};

// RFC 8446 6.1: close_notify closes the peer's half, whatever the level says (before the version is known, as with
// OpenSSL, a fatal one is an error); no answer is sent of itself.
TEST_P(AlertInEveryState, CloseNotifyIsTheEndOfWhatThePeerSends) {
  for (std::uint8_t level : Bytes{1, 2}) {
    if (before_the_hello()) {
      EXPECT_TRUE(refuses(here().victim, sealed(alert(level, 0)), unexpected_message));
      continue;
    }
    if (level == 2 && !version_known()) continue;
    Victim victim = here().victim;
    ASSERT_TRUE(victim.feed(sealed(alert(level, 0))));
    EXPECT_TRUE(victim.session.shutdown.received);
    EXPECT_FALSE(victim.session.shutdown.sent);
    EXPECT_TRUE(victim.session.output == here().victim.session.output);
  }
}

// RFC 8446 6.1: user_canceled announces a close_notify and changes nothing; but not without end.
TEST_P(AlertInEveryState, UserCanceledChangesNothing) {
  if (before_the_hello()) GTEST_SKIP() << "no alert is taken there";
  Victim victim = here().victim;
  Peer peer(victim);
  ASSERT_TRUE(victim.feed(peer.seal(ContentType::alert, alert(1, 90))));
  EXPECT_EQ(victim.state(), here().victim.state());
  EXPECT_FALSE(victim.session.shutdown.received);
  for (int i = 0; i < 1000 && !victim.session.failure; ++i) {
    victim.feed(peer.seal(ContentType::alert, alert(1, 90)));
  }
  ASSERT_TRUE(victim.session.failure.has_value());
  EXPECT_EQ(alert_of(*victim.session.failure), unexpected_message);
}

// RFC 8446 6, 6.2: every other alert, known or not, is an error, whatever its level; nothing is sent in return.
TEST_P(AlertInEveryState, EveryOtherAlertEndsTheSession) {
  if (before_the_hello()) GTEST_SKIP() << "no alert is taken there";
  for (int number = 1; number < 256; ++number) {
    if (number == 90) continue;
    for (std::uint8_t level : Bytes{1, 2, 0, 255}) {
      // As OpenSSL: while the version is open, a warning may be one of TLS 1.2's.
      if (level == 1 && !version_known()) continue;
      Victim victim = here().victim;
      const auto description = static_cast<AlertDescription>(number);
      ASSERT_FALSE(victim.feed(sealed(alert(level, static_cast<std::uint8_t>(number)))))
          << alert_name(description) << " at level " << int{level};
      EXPECT_EQ(victim.session.failure->reason, Reason::peer_alert);
      EXPECT_EQ(victim.session.failure->peer_alert, description);
      EXPECT_TRUE(victim.session.output == here().victim.session.output);
      EXPECT_EQ(victim.state(), "Failed");
    }
  }
}

// As OpenSSL: before the ClientHello an alert is out of place.
TEST(BeforeTheHello, EveryAlertIsUnexpected) {
  const Victim& victim = station("server WaitClientHello").victim;
  for (int number = 0; number < 256; ++number) {
    const Bytes record = record_of(ContentType::alert, alert(2, static_cast<std::uint8_t>(number)));
    EXPECT_TRUE(refuses(victim, record, unexpected_message)) << number;
  }
}

// RFC 8446 5.1: an alert record holds exactly one alert, and the whole of it.
TEST_P(AlertInEveryState, AnAlertRecordOfAnotherLengthIsRefused) {
  for (const Bytes& content : {Bytes{2}, Bytes{1, 0, 1}, Bytes{2, 40, 2, 40}, Bytes(200, 1)}) {
    EXPECT_TRUE(refuses(here().victim, sealed(content), decode_error)) << content.size();
  }
}

// RFC 8446 5, 6: an alert may come in the clear only from a client that failed before it had keys.
TEST_P(AlertInEveryState, AnAlertInTheClearUnderKeysIsForAServerOnly) {
  if (!here().victim.session.read.protects()) GTEST_SKIP() << "no keys yet";
  const Bytes record = record_of(ContentType::alert, alert(2, 40));
  const bool possible = here().role == policy::Role::server && !here().victim.complete() &&
                        here().victim.session.read.sequence_number == 0;
  if (!possible) {
    EXPECT_TRUE(refuses(here().victim, record, unexpected_message));
    return;
  }
  Victim victim = here().victim;
  EXPECT_FALSE(victim.feed(record));
  EXPECT_EQ(victim.session.failure->peer_alert, handshake_failure);
}

INSTANTIATE_TEST_SUITE_P(Alerts, AlertInEveryState, ::testing::ValuesIn(station_names()),
                         NameOfCase());

TEST(OwnAlerts, CloseNotifyGoesOutOnce) {
  Victim victim = station("client Connected").victim;
  const record::Protection keys = victim.session.write;
  session::close(victim.session, *victim.config);
  session::close(victim.session, *victim.config);
  const auto records = records_in(victim.take_output());
  ASSERT_EQ(records.size(), 1U);
  record::Deframer deframer;
  auto record = deframer.add(records.front(), true);
  record::Protection opening = keys;
  const auto plain = opening.open(**record);
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->type, ContentType::alert);
  EXPECT_EQ(plain->content, (Bytes{1, 0}));
  EXPECT_TRUE(victim.session.shutdown.sent);
}

// RFC 8446 6.1: one half may be closed while the other goes on.
TEST(OwnAlerts, AfterOurCloseNotifyThePeersDataIsStillTaken) {
  Victim victim = station("client Connected").victim;
  session::close(victim.session, *victim.config);
  EXPECT_TRUE(takes(victim, Peer(victim).seal(ContentType::application_data, Bytes{1, 2, 3})));
}

// RFC 8446 6.1: close_notify says that the sender will not send any more messages.
TEST(OwnAlerts, NothingFollowsOurCloseNotify) {
  Victim victim = station("client Connected").victim;
  session::close(victim.session, *victim.config);
  victim.take_output();
  ASSERT_TRUE(
      victim.feed(Peer(victim).handshake(wire::frame(wire::HandshakeType::key_update, Bytes{1}))));
  EXPECT_TRUE(victim.session.output.empty()) << to_hex(victim.session.output);
}

}  // namespace
}  // namespace stepshake::testing
