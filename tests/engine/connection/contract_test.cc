// The rows of the contract (SSL_do_handshake, SSL_get_error), over memory BIOs inside step().
#include <gtest/gtest.h>

#include "support/answers.h"
#include "support/pair.h"
#include "support/stations.h"
#include "support/victim.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;

policy::Config without_role(policy::Config config) {
  config.role.reset();
  return config;
}

Bytes alert_record(std::uint8_t level, std::uint8_t description) {
  return record_of(wire::ContentType::alert, Bytes{level, description});
}

TEST(Contract, WithoutARoleNothingGoesUntilOneIsSet) {
  Side side(without_role(client_config()), 1);
  for (int i = 0; i < 2; ++i) {
    side.step({});
    EXPECT_TRUE(answered(side, -1, SslError::ssl, "connection type not set"));
    EXPECT_EQ(side.last.result.errors.front().code, 20U << 23 | 144U);
  }
  side.step({}, Call::read);
  EXPECT_TRUE(answered(side, -1, SslError::ssl, "uninitialized"));
  side.step({}, Call::set_connect_state);
  side.step({});
  EXPECT_TRUE(answered(side, -1, SslError::want_read));
  EXPECT_FALSE(side.take_output().empty());
}

TEST(Contract, ConnectAfterSetAcceptStateRunsAsServer) {
  auto config = without_role(server_config());
  Side server(config, 2);
  server.step({}, Call::set_accept_state);
  server.step({}, Call::connect);
  EXPECT_TRUE(answered(server, -1, SslError::want_read));
  EXPECT_TRUE(server.take_output().empty());
  EXPECT_EQ(session::state_name(server.session()), "WaitClientHello");
  Side client(without_role(client_config()), 3);
  client.step({}, Call::set_connect_state);
  client.step({}, Call::accept);
  EXPECT_EQ(session::state_name(client.session()), "WaitServerHello");
}

TEST(Contract, ConnectAndAcceptSetTheRoleWhereNoneIs) {
  Side client(without_role(client_config()), 1);
  Side server(without_role(server_config()), 2);
  client.step({}, Call::connect);
  server.step(client.take_output(), Call::accept);
  client.step(server.take_output(), Call::connect);
  EXPECT_TRUE(answered(client, 1, SslError::none));
  server.step(client.take_output(), Call::accept);
  EXPECT_TRUE(answered(server, 1, SslError::none));
}

TEST(Contract, NoBytesYetIsWantReadAndNothingIsWrittenTwice) {
  Side client(client_config(), 1);
  client.step({});
  EXPECT_TRUE(answered(client, -1, SslError::want_read));
  EXPECT_FALSE(client.take_output().empty());
  for (int i = 0; i < 3; ++i) {
    client.step({});
    EXPECT_TRUE(answered(client, -1, SslError::want_read));
    EXPECT_TRUE(client.take_output().empty());
  }
}

TEST(Contract, DoneIsOneOnEveryLaterCallWithoutIo) {
  Pair pair = connected_pair();
  for (auto call : {Call::do_handshake, Call::connect, Call::accept}) {
    pair.client.step({}, call);
    EXPECT_TRUE(answered(pair.client, 1, SslError::none));
    EXPECT_TRUE(pair.client.take_output().empty());
  }
}

// ret = 1 leaves bytes to be sent, and data that came with the last flight unread.
TEST(Contract, DoneLosesNeitherOutputNorDataBehindTheHandshake) {
  Pair pair(client_config(), server_config());
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  pair.client.step(pair.server.take_output());
  EXPECT_TRUE(answered(pair.client, 1, SslError::none));
  Bytes flight = pair.client.take_output();
  EXPECT_FALSE(flight.empty());
  const Bytes data = {4, 5, 6};
  pair.client.step({}, Call::write, data);
  append(flight, pair.client.take_output());
  pair.server.step(flight);
  EXPECT_TRUE(answered(pair.server, 1, SslError::none));
  EXPECT_LT(pair.server.last.consumed_input, flight.size());
  pair.server.step({}, Call::read);
  EXPECT_TRUE(answered(pair.server, 3, SslError::none));
  EXPECT_EQ(pair.server.last.result.data, data);
}

TEST(Contract, OwnFailureIsSslThenSyscall) {
  auto config = client_config();
  config.trust = {};
  Pair pair(config, server_config());
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  pair.client.step(pair.server.take_output());
  EXPECT_TRUE(answered(pair.client, -1, SslError::ssl, "certificate verify failed"));
  EXPECT_FALSE(pair.client.last.result.errors.front().detail.empty());
  EXPECT_FALSE(pair.client.stepped.outbox.empty()) << "the alert";
  for (int i = 0; i < 2; ++i) {
    pair.client.step({});
    EXPECT_TRUE(answered(pair.client, -1, SslError::syscall));
    EXPECT_TRUE(pair.client.failure().has_value()) << "the first cause stays";
  }
  pair.server.step(pair.client.take_output());
  EXPECT_TRUE(answered(pair.server, -1, SslError::ssl, "tlsv1 alert unknown ca"));
}

TEST(Contract, ThePeersFatalAlertIsSslThenZeroReturn) {
  Side client(client_config(), 1);
  client.step({});
  client.take_output();
  client.step(alert_record(2, 40));
  EXPECT_TRUE(answered(client, -1, SslError::ssl, "sslv3 alert handshake failure"));
  EXPECT_EQ(client.last.result.errors.front().code, 20U << 23 | 1040U);
  EXPECT_TRUE(client.take_output().empty()) << "an alert is not answered";
  for (int i = 0; i < 2; ++i) {
    client.step({});
    EXPECT_TRUE(answered(client, -1, SslError::zero_return));
  }
}

TEST(Contract, CloseNotifyDuringTheHandshakeIsZeroReturnThenWantRead) {
  Side client(client_config(), 1);
  client.step({});
  client.step(alert_record(1, 0));
  EXPECT_TRUE(answered(client, -1, SslError::zero_return));
  client.step({});
  EXPECT_TRUE(answered(client, -1, SslError::want_read));
}

TEST(Contract, AnAlertBeforeTheClientHelloIsUnexpected) {
  for (const Bytes& alert : {alert_record(1, 0), alert_record(2, 40), alert_record(1, 90)}) {
    Side server(server_config(), 1);
    server.step(alert);
    EXPECT_TRUE(answered(server, -1, SslError::ssl, "unexpected message"));
    server.step({});
    EXPECT_TRUE(answered(server, -1, SslError::syscall));
  }
}

TEST(Contract, EofIsUnexpectedAndAnsweredWithAnAlert) {
  Side client(client_config(), 1);
  client.step({});
  client.take_output();
  client.step({}, Call::do_handshake, {}, true);
  EXPECT_TRUE(answered(client, -1, SslError::ssl, "unexpected eof while reading"));
  const Bytes alert = client.take_output();
  ASSERT_EQ(alert.size(), 7U);
  EXPECT_EQ(alert[0], 21);
  EXPECT_EQ(alert[5], 2);
  client.step({});
  EXPECT_TRUE(answered(client, -1, SslError::syscall));
}

TEST(Contract, EofInTheMiddleOfARecordIsTheSame) {
  Side server(server_config(), 1);
  Side client(client_config(), 2);
  client.step({});
  const Bytes hello = client.take_output();
  for (std::size_t size : {0U, 3U, 5U, 100U}) {
    Side here = server;
    here.step(BytesView(hello).first(size), Call::do_handshake, {}, true);
    EXPECT_TRUE(answered(here, -1, SslError::ssl, "unexpected eof while reading")) << size;
    EXPECT_EQ(here.take_output().size(), 7U);
    here.step({});
    EXPECT_TRUE(answered(here, -1, SslError::syscall));
  }
}

TEST(Contract, EofIsIgnoredWhereTheConfigurationSaysSo) {
  auto config = client_config();
  config.ignore_unexpected_eof = true;
  Side client(config, 1);
  client.step({});
  client.take_output();
  client.step({}, Call::do_handshake, {}, true);
  EXPECT_TRUE(answered(client, -1, SslError::zero_return));
  EXPECT_TRUE(client.take_output().empty());
  EXPECT_FALSE(client.failure().has_value());
}

TEST(Contract, HttpAndGarbageAtAServerAreNamedAndNotAnswered) {
  struct Row {
    std::string text, reason;
  };
  for (const auto& [text, reason] :
       std::vector<Row>{{"GET / HTTP/1.1\r\n\r\n", "http request"},
                        {"POST / HTTP/1.1\r\n", "http request"},
                        {"HEAD / HTTP/1.1\r\n", "http request"},
                        {"PUT /x HTTP/1.1\r\n", "http request"},
                        {"CONNECT a:443 HTTP/1.1\r\n", "https proxy request"},
                        {"SSH-2.0-OpenSSH_9.2\r\n", "wrong version number"},
                        {std::string(20, '\0'), "wrong version number"},
                        {std::string("\x16\x02\x01\x00\x05hello", 10), "wrong version number"}}) {
    Side server(server_config(), 1);
    server.step(view_of(text));
    EXPECT_TRUE(answered(server, -1, SslError::ssl, reason)) << text;
    EXPECT_TRUE(server.take_output().empty()) << text;
    server.step({});
    EXPECT_TRUE(answered(server, -1, SslError::syscall)) << text;
  }
}

TEST(Contract, SettingAStateStartsAnew) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::set_connect_state);
  EXPECT_EQ(session::state_name(pair.client.session()), "Start");
  pair.client.step({});
  EXPECT_TRUE(answered(pair.client, -1, SslError::want_read));
  pair.server.step({}, Call::set_accept_state);
  pair.run();
  EXPECT_TRUE(pair.complete());
}

// Export-era clients were allowed to start over once the server's certificate had come. No code for it is left in
// OpenSSL, and there is none here: in the clear or under keys, the second hello is unexpected (RFC 8446 4.1.2).
TEST(Contract, ServerGatedCryptographysSecondClientHelloIsUnexpected) {
  const Victim& server = station("server WaitFinished").victim;
  const Bytes& hello = station("server WaitClientHello").message;
  EXPECT_TRUE(refuses(server, Peer(server).handshake(hello), AlertDescription::unexpected_message));
  EXPECT_TRUE(refuses(server, record_of(wire::ContentType::handshake, hello),
                      AlertDescription::unexpected_message));
}

}  // namespace
}  // namespace stepshake::testing
