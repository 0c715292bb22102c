// The contract's rows about BIOs themselves: none, bounded pairs, pairs that were shut down, stale errors.
#include <gtest/gtest.h>
#include <openssl/err.h>

#include "connection/connection.h"
#include "connection/get_error.h"
#include "support/bios.h"
#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::SslError;

TEST(NoBio, AtAClientIsSyscallWithAnEmptyQueue) {
  End client{client_config()};
  const auto result = client.shake(connection::Wires{});
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::syscall);
  EXPECT_TRUE(result.errors.empty());
}

TEST(NoBio, AtAServerIsNamed) {
  End server{server_config()};
  const auto result = server.shake(connection::Wires{});
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::ssl);
  ASSERT_FALSE(result.errors.empty());
  EXPECT_EQ(result.errors.front().reason, "read bio not set");
}

TEST(BioPair, FullIsWantWriteAndGoesOnWhereItStopped) {
  End client{client_config()};
  Wire wire = bio_pair(64);
  auto result = client.shake(wire.near.get());
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::want_write);
  Bytes hello = drain(wire.far.get());
  EXPECT_EQ(hello.size(), 64U);
  for (int i = 0; i < 100 && result.error == SslError::want_write; ++i) {
    result = client.shake(wire.near.get());
    append(hello, drain(wire.far.get()));
  }
  EXPECT_EQ(result.error, SslError::want_read);
  ASSERT_GE(hello.size(), 5U);
  EXPECT_EQ(hello.size(), 5U + (static_cast<std::size_t>(hello[3]) << 8 | hello[4]));
}

TEST(BioPair, TellsHowManyBytesTheReaderWanted) {
  End server{server_config()};
  Wire wire = bio_pair(4096);
  EXPECT_EQ(server.shake(wire.near.get()).error, SslError::want_read);
  EXPECT_EQ(BIO_ctrl_get_read_request(wire.far.get()), 5U);
  const Bytes header = {22, 3, 1, 0, 200};
  BIO_write(wire.far.get(), header.data(), 5);
  EXPECT_EQ(server.shake(wire.near.get()).error, SslError::want_read);
  EXPECT_EQ(BIO_ctrl_get_read_request(wire.far.get()), 200U);
}

TEST(BioPair, ThePeersShutdownIsTheEnd) {
  End server{server_config()};
  Wire wire = bio_pair(4096);
  BIO_shutdown_wr(wire.far.get());
  const auto result = server.shake(wire.near.get());
  EXPECT_EQ(result.error, SslError::ssl);
  ASSERT_FALSE(result.errors.empty());
  EXPECT_EQ(result.errors.front().reason, "unexpected eof while reading");
}

TEST(BioPair, WritingAfterOwnShutdownIsABrokenPipe) {
  End client{client_config()};
  Wire wire = bio_pair(4096);
  BIO_shutdown_wr(wire.near.get());
  const auto result = client.shake(wire.near.get());
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::ssl);
  ASSERT_FALSE(result.errors.empty());
  EXPECT_EQ(result.errors.front().reason, "broken pipe");
}

TEST(BioPair, OfAnySizeCarriesAHandshake) {
  for (std::size_t size : {1U, 7U, 100U, 5000U}) {
    End client{client_config()};
    End server{server_config()};
    Wire wire = bio_pair(size);
    bool done = false;
    for (int i = 0; i < 20'000 && !done; ++i) {
      const auto near = client.shake(wire.near.get());
      const auto far = server.shake(wire.far.get());
      done = near.return_value == 1 && far.return_value == 1;
      ASSERT_NE(near.error, SslError::ssl) << size;
      ASSERT_NE(far.error, SslError::ssl) << size;
    }
    EXPECT_TRUE(done) << size;
  }
}

TEST(BioPair, AWriteThatStoppedIsReportedOnceItIsThrough) {
  Pair pair(client_config(), server_config());
  pair.run();
  auto& near = pair.client.stepped.connection;
  Wire wire = bio_pair(1000);
  const connection::World world{pair.client.config, inputs_of(9)};
  const Bytes data(5000, 7);
  Bytes sent;
  auto result = connection::write(near, world, {wire.near.get(), wire.near.get()}, data);
  EXPECT_EQ(result.error, SslError::want_write);
  for (int i = 0; i < 20 && result.return_value < 0; ++i) {
    append(sent, drain(wire.far.get()));
    result = connection::write(near, world, {wire.near.get(), wire.near.get()}, data);
  }
  append(sent, drain(wire.far.get()));
  EXPECT_EQ(result.return_value, 5000);
  EXPECT_EQ(pair.server.step(sent, connection::Call::read).result.data, data) << "once, not twice";
}

TEST(StaleErrors, DoNotSpoilACall) {
  End client{client_config()};
  const BioPtr in(BIO_new(BIO_s_mem()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  ERR_raise(ERR_LIB_SSL, 123);
  const auto result = client.shake({in.get(), out.get()});
  EXPECT_EQ(result.error, SslError::want_read);
  EXPECT_TRUE(result.errors.empty());
  EXPECT_EQ(ERR_peek_error(), 0UL);
}

// The order of the decision, with what the BIOs say.
TEST(GetError, DecidesInOpenSslsOrder) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  connection::Circumstances met;
  met.wires = {bio.get(), bio.get()};
  met.return_value = 1;
  met.queue_has_entry = true;
  EXPECT_EQ(get_error(met), SslError::none);
  met.return_value = -1;
  EXPECT_EQ(get_error(met), SslError::ssl);
  met.oldest_is_system = true;
  EXPECT_EQ(get_error(met), SslError::syscall);
  met = {};
  EXPECT_EQ(get_error(met), SslError::syscall);
  met.close_notify_received = true;
  EXPECT_EQ(get_error(met), SslError::zero_return);
  met.wires = {bio.get(), bio.get()};
  met.waiting = connection::Waiting::reading;
  BIO_set_retry_read(bio.get());
  EXPECT_EQ(get_error(met), SslError::want_read);
  BIO_clear_retry_flags(bio.get());
  BIO_set_retry_write(bio.get());
  EXPECT_EQ(get_error(met), SslError::want_write);
  met.waiting = connection::Waiting::writing;
  EXPECT_EQ(get_error(met), SslError::want_write);
  BIO_clear_retry_flags(bio.get());
  BIO_set_retry_special(bio.get());
  BIO_set_retry_reason(bio.get(), BIO_RR_CONNECT);
  EXPECT_EQ(get_error(met), SslError::want_connect);
  BIO_set_retry_reason(bio.get(), BIO_RR_ACCEPT);
  EXPECT_EQ(get_error(met), SslError::want_accept);
}

TEST(Names, AreOpenSsls) {
  EXPECT_EQ(connection::name_of(SslError::none), "SSL_ERROR_NONE");
  EXPECT_EQ(connection::name_of(SslError::zero_return), "SSL_ERROR_ZERO_RETURN");
  EXPECT_EQ(connection::name_of(SslError::want_retry_verify), "SSL_ERROR_WANT_RETRY_VERIFY");
}

}  // namespace
}  // namespace stepshake::testing
