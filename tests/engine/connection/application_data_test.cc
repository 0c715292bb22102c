// read, write and shutdown: SSL_read(3), SSL_write(3), SSL_shutdown(3).
#include <gtest/gtest.h>

#include "support/answers.h"
#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;

TEST(Read, WantsDataThenGivesIt) {
  Pair pair = connected_pair();
  pair.server.step({}, Call::read);
  EXPECT_TRUE(answered(pair.server, -1, SslError::want_read));
  pair.client.step({}, Call::write, Bytes(10, 7));
  EXPECT_TRUE(answered(pair.client, 10, SslError::none));
  pair.server.step(pair.client.take_output(), Call::read);
  EXPECT_TRUE(answered(pair.server, 10, SslError::none));
}

TEST(Read, AfterCloseNotifyIsZeroAgainAndAgain) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::write, Bytes{1});
  pair.client.step({}, Call::shutdown);
  pair.server.step(pair.client.take_output(), Call::read);
  EXPECT_TRUE(answered(pair.server, 1, SslError::none)) << "the data before it comes first";
  for (int i = 0; i < 3; ++i) {
    pair.server.step({}, Call::read);
    EXPECT_TRUE(answered(pair.server, 0, SslError::zero_return));
  }
  pair.server.step({}, Call::write, Bytes{1, 2});
  EXPECT_TRUE(answered(pair.server, 2, SslError::none)) << "our half is still open";
}

TEST(Read, ShakesHandsFirst) {
  Side client(client_config(), 1);
  client.step({}, Call::read);
  EXPECT_TRUE(answered(client, -1, SslError::want_read));
  EXPECT_FALSE(client.take_output().empty());
}

TEST(Read, EofWithoutCloseNotifyIsAnError) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::read, {}, true);
  EXPECT_TRUE(answered(pair.client, 0, SslError::ssl, "unexpected eof while reading"));
}

TEST(Read, EofIsZeroReturnWhereItIsToBeIgnored) {
  auto config = client_config();
  config.ignore_unexpected_eof = true;
  Pair pair(config, server_config());
  pair.run();
  pair.client.step({}, Call::read, {}, true);
  EXPECT_TRUE(answered(pair.client, 0, SslError::zero_return));
}

TEST(Write, AfterOwnShutdownIsRefused) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::shutdown);
  EXPECT_TRUE(answered(pair.client, 0, SslError::syscall)) << "as SSL_shutdown: 0, not yet done";
  pair.client.step({}, Call::write, Bytes{1});
  EXPECT_TRUE(answered(pair.client, -1, SslError::ssl, "protocol is shutdown"));
}

TEST(Write, ShakesHandsFirst) {
  Side client(client_config(), 1);
  client.step({}, Call::write, Bytes{1});
  EXPECT_TRUE(answered(client, -1, SslError::want_read));
}

TEST(Shutdown, DuringTheHandshakeIsRefused) {
  Side client(client_config(), 1);
  client.step({});
  client.step({}, Call::shutdown);
  EXPECT_TRUE(answered(client, -1, SslError::ssl, "shutdown while in init"));
  EXPECT_FALSE(client.failure().has_value());
}

TEST(Shutdown, IsZeroThenWantReadThenOne) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::shutdown);
  EXPECT_EQ(pair.client.last.result.return_value, 0);
  pair.client.step({}, Call::shutdown);
  EXPECT_TRUE(answered(pair.client, -1, SslError::want_read));
  pair.server.step(pair.client.take_output(), Call::read);
  pair.server.step({}, Call::shutdown);
  EXPECT_TRUE(answered(pair.server, 1, SslError::none));
  pair.client.step(pair.server.take_output(), Call::shutdown);
  EXPECT_TRUE(answered(pair.client, 1, SslError::none));
}

TEST(Shutdown, WithDataStillComingIsAnError) {
  Pair pair = connected_pair();
  pair.client.step({}, Call::shutdown);
  pair.server.step({}, Call::write, Bytes{1});
  pair.client.step(pair.server.take_output(), Call::shutdown);
  EXPECT_EQ(pair.client.last.result.return_value, -1);
  EXPECT_EQ(pair.client.last.result.error, SslError::ssl);
}

// As OpenSSL with SSL_OP_IGNORE_UNEXPECTED_EOF: 0 and ZERO_RETURN (measured on 3.0).
TEST(Shutdown, EofThatIsIgnoredIsZeroReturn) {
  auto config = client_config();
  config.ignore_unexpected_eof = true;
  Pair pair(config, server_config());
  pair.run();
  pair.client.step({}, Call::shutdown);
  pair.client.step({}, Call::shutdown, {}, true);
  EXPECT_TRUE(answered(pair.client, 0, SslError::zero_return));
}

}  // namespace
}  // namespace stepshake::testing
