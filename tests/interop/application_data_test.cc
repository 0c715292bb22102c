// After the handshake with libssl: data both ways, tickets, KeyUpdate, padding, small records, close_notify.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;

class AfterHandshake : public ::testing::TestWithParam<policy::Role> {
 protected:
  // Ours in the parameter's role, complete.
  static std::unique_ptr<Meeting> meet(const std::function<void(LibsslOptions&)>& change = {},
                                       std::optional<wire::CipherSuite> suite = std::nullopt) {
    const bool client = GetParam() == policy::Role::client;
    LibsslOptions options = client ? libssl_server() : libssl_client();
    if (suite) options.cipher_suites = {*suite};
    if (change) change(options);
    policy::Config config = client ? client_config() : server_config();
    config.cipher_suites = policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3);
    auto meeting = std::make_unique<Meeting>(std::move(config), options);
    meeting->shake();
    EXPECT_TRUE(meeting->complete()) << meeting->trouble();
    return meeting;
  }
};

TEST_P(AfterHandshake, DataOfEverySizeWithEverySuite) {
  for (const auto suite : policy::supported_cipher_suites(wire::ProtocolVersion::tls_1_3)) {
    SCOPED_TRACE(wire::shown(suite));
    const auto meeting = meet({}, suite);
    for (const std::size_t size : {1, 2, 16'383, 16'384, 16'385, 100'000}) {
      meeting->exchange(size);
    }
  }
}

TEST_P(AfterHandshake, RecordsOfLibsslMayBePadded) {
  const auto meeting = meet([](auto& options) {
    options.tweak = [](SSL_CTX* context) { SSL_CTX_set_block_padding(context, 1'024); };
  });
  for (const std::size_t size : {1, 1'024, 16'384, 100'000}) meeting->exchange(size);
}

TEST_P(AfterHandshake, RecordsOfLibsslMayBeSmall) {
  const auto meeting = meet([](auto& options) {
    options.tweak = [](SSL_CTX* context) { SSL_CTX_set_max_send_fragment(context, 512); };
  });
  for (const std::size_t size : {1, 512, 513, 100'000}) meeting->exchange(size);
}

TEST_P(AfterHandshake, LibsslRenewsItsKeys) {
  const auto meeting = meet();
  meeting->exchange(10);
  for (int i = 0; i < 3; ++i) {
    ASSERT_EQ(SSL_key_update(meeting->theirs.get(), SSL_KEY_UPDATE_NOT_REQUESTED), 1);
    meeting->exchange(1'000);
  }
  EXPECT_EQ(meeting->theirs.count_received(wire::HandshakeType::key_update), 0U);
}

TEST_P(AfterHandshake, LibsslAsksUsToRenewOurs) {
  const auto meeting = meet();
  for (std::size_t i = 1; i <= 3; ++i) {
    ASSERT_EQ(SSL_key_update(meeting->theirs.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    meeting->exchange(1'000);
    // RFC 8446 4.6.3: the answer precedes our next data, which libssl has read in the round after.
    meeting->exchange(1'000);
    EXPECT_EQ(meeting->theirs.count_received(wire::HandshakeType::key_update), i);
  }
}

// RFC 8446 4.6.3: "If implementations independently send their own KeyUpdates", each side gains a generation.
TEST_P(AfterHandshake, SeveralKeyUpdatesCrossWithData) {
  const auto meeting = meet();
  for (int i = 0; i < 5; ++i) {
    ASSERT_EQ(SSL_key_update(meeting->theirs.get(), SSL_KEY_UPDATE_REQUESTED), 1);
    meeting->theirs.handshake();
  }
  ASSERT_EQ(meeting->ours.step({}, Call::write, view_of("crossing")).result.return_value, 8);
  meeting->to_theirs();
  EXPECT_EQ(text_of(meeting->theirs.read_all()), "crossing");
  meeting->exchange(100);
  meeting->exchange(100);
  const std::size_t answers = meeting->theirs.count_received(wire::HandshakeType::key_update);
  EXPECT_GE(answers, 1U);
  EXPECT_LE(answers, 5U);
}

TEST_P(AfterHandshake, LibsslClosesFirst) {
  const auto meeting = meet();
  EXPECT_EQ(meeting->theirs.shutdown(), 0);
  EXPECT_EQ(meeting->ours_read_all(), Bytes());
  EXPECT_EQ(meeting->ours.last.result.return_value, 0);
  EXPECT_EQ(meeting->ours.last.result.error, SslError::zero_return);
  // RFC 8446 6.1: it closes one direction only.
  EXPECT_EQ(meeting->ours.step({}, Call::write, view_of("still")).result.return_value, 5);
  EXPECT_EQ(meeting->ours.step({}, Call::shutdown).result.return_value, 1);
  meeting->to_theirs();
  EXPECT_EQ(text_of(meeting->theirs.read_all()), "still");
  EXPECT_EQ(meeting->theirs.last_error, SSL_ERROR_ZERO_RETURN);
  EXPECT_EQ(meeting->theirs.shutdown(), 1);
}

TEST_P(AfterHandshake, WeCloseFirst) {
  const auto meeting = meet();
  EXPECT_EQ(meeting->ours.step({}, Call::shutdown).result.return_value, 0);
  meeting->to_theirs();
  EXPECT_EQ(meeting->theirs.read_all(), Bytes());
  EXPECT_EQ(meeting->theirs.last_error, SSL_ERROR_ZERO_RETURN);
  EXPECT_EQ(fatal_alert_in(meeting->theirs.alerts_received), "none");
  EXPECT_EQ(meeting->theirs.shutdown(), 1);
  // A client may still have libssl's tickets before it.
  meeting->to_ours();
  EXPECT_EQ(meeting->ours.step({}, Call::shutdown).result.return_value, 1);
  EXPECT_EQ(meeting->ours.last.result.error, SslError::none);
  EXPECT_EQ(meeting->ours.step({}, Call::write, view_of("late")).result.error, SslError::ssl);
}

TEST_P(AfterHandshake, BothCloseAtOnce) {
  const auto meeting = meet();
  EXPECT_EQ(meeting->theirs.shutdown(), 0);
  EXPECT_EQ(meeting->ours.step({}, Call::shutdown).result.return_value, 0);
  meeting->to_theirs();
  meeting->to_ours();
  EXPECT_EQ(meeting->ours.step({}, Call::shutdown).result.return_value, 1);
  EXPECT_EQ(meeting->theirs.shutdown(), 1);
}

TEST_P(AfterHandshake, TheEndWithoutCloseNotifyIsAnError) {
  const auto meeting = meet();
  const Bytes last = meeting->theirs.take_output();
  meeting->ours.step(last, Call::read, {}, true);
  EXPECT_EQ(meeting->ours.last.result.return_value, 0);
  EXPECT_EQ(meeting->ours.last.result.error, SslError::ssl);
  ASSERT_FALSE(meeting->ours.last.result.errors.empty());
  EXPECT_EQ(meeting->ours.last.result.errors.front().reason, "unexpected eof while reading");
}

// A record that was changed on its way: both tell the other the same.
TEST_P(AfterHandshake, AChangedRecordIsBadRecordMac) {
  const auto meeting = meet();
  ASSERT_EQ(meeting->theirs.write(view_of("data")), 4);
  Bytes record = meeting->theirs.take_output();
  record.back() ^= 1;
  meeting->ours.step(record, Call::none);
  while (meeting->ours.step({}, Call::read).result.return_value > 0) {
  }
  ASSERT_TRUE(meeting->ours.failure());
  EXPECT_EQ(meeting->ours.failure()->reason, Reason::bad_record_mac);
  meeting->to_theirs();
  meeting->theirs.read_all();
  EXPECT_EQ(fatal_alert_in(meeting->theirs.alerts_received), "bad_record_mac");
}

std::string role_of(const ::testing::TestParamInfo<policy::Role>& tested) {
  return tested.param == policy::Role::client ? "OurClient" : "OurServer";
}

INSTANTIATE_TEST_SUITE_P(Roles, AfterHandshake,
                         ::testing::Values(policy::Role::client, policy::Role::server), role_of);

// RFC 8446 4.6.1: a client that has no use for tickets ignores them.
TEST(Tickets, OurClientTakesThemQuietly) {
  for (const unsigned tickets : {0U, 1U, 2U, 20U}) {
    SCOPED_TRACE(tickets);
    LibsslOptions options = libssl_server();
    options.tickets = tickets;
    Meeting meeting(client_config(), options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours_read_all(), Bytes());
    EXPECT_EQ(meeting.ours.last.result.error, SslError::want_read);
    meeting.exchange(1'000);
  }
}

TEST(Tickets, MayComeLater) {
  Meeting meeting(client_config(), libssl_server());
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  meeting.exchange(10);
  ASSERT_EQ(SSL_new_session_ticket(meeting.theirs.get()), 1);
  meeting.exchange(10);
  meeting.exchange(10);
}

}  // namespace
}  // namespace stepshake::testing
