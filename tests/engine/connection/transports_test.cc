// do_handshake over what libcrypto's BIOs can be beside memory and pairs: sockets, connect and accept BIOs, filters,
// files, and a BIO that fails.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <future>
#include <memory>
#include <string>

#include "support/answers.h"
#include "support/bios.h"

namespace stepshake::testing {
namespace {

using connection::CallResult;
using connection::SslError;

Wire socket_pair(bool blocking) {
  std::array<int, 2> fds{};
  const int type = SOCK_STREAM | SOCK_CLOEXEC | (blocking ? 0 : SOCK_NONBLOCK);
  EXPECT_EQ(socketpair(AF_UNIX, type, 0, fds.data()), 0);
  return {BioPtr(BIO_new_socket(fds[0], BIO_CLOSE)), BioPtr(BIO_new_socket(fds[1], BIO_CLOSE))};
}

int descriptor_of(BIO* bio) {
  int fd = -1;
  BIO_get_fd(bio, &fd);
  return fd;
}

TEST(BlockingSocket, ReturnsOnlyWithOneAfterOneCallOnEachSide) {
  const Wire wire = socket_pair(true);
  End client{client_config()};
  End server{server_config()};
  auto far = std::async(std::launch::async, [&] { return server.shake(wire.far.get()); });
  EXPECT_TRUE(answered(client.shake(wire.near.get()), 1, SslError::none));
  EXPECT_TRUE(answered(far.get(), 1, SslError::none));
}

TEST(BlockingSocket, ReturnsWithTheFailure) {
  const Wire wire = socket_pair(true);
  policy::Config distrustful = client_config();
  distrustful.trust = {};
  End client{distrustful};
  End server{server_config()};
  auto far = std::async(std::launch::async, [&] { return server.shake(wire.far.get()); });
  EXPECT_TRUE(
      answered(client.shake(wire.near.get()), -1, SslError::ssl, "certificate verify failed"));
  EXPECT_TRUE(answered(far.get(), -1, SslError::ssl, "tlsv1 alert unknown ca"));
}

TEST(BlockingSocket, ThePeersEndIsUnexpected) {
  const Wire wire = socket_pair(true);
  End server{server_config()};
  // Not closed: the alert is written, and must not meet a broken pipe.
  ASSERT_EQ(::shutdown(descriptor_of(wire.near.get()), SHUT_WR), 0);
  EXPECT_TRUE(
      answered(server.shake(wire.far.get()), -1, SslError::ssl, "unexpected eof while reading"));
}

// ECONNRESET: the socket fails without retry and without an entry in the queue.
TEST(Socket, ThatFailsIsSyscall) {
  Wire wire = socket_pair(false);
  End client{client_config()};
  EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::want_read));
  wire.far.reset();  // with the hello unread
  EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::syscall));
  EXPECT_FALSE(client.connection.session.failure.has_value());
}

TEST(NonBlockingSocket, WantsReadUntilThePeerHasSpoken) {
  const Wire wire = socket_pair(false);
  End client{client_config()};
  End server{server_config()};
  EXPECT_TRUE(answered(server.shake(wire.far.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(server.shake(wire.far.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(client.shake(wire.near.get()), 1, SslError::none));
  EXPECT_TRUE(answered(server.shake(wire.far.get()), 1, SslError::none));
}

TEST(NonBlockingSocket, WantsWriteWhileItIsFull) {
  const Wire wire = socket_pair(false);
  const Bytes junk(4096, 0);
  std::size_t filled = 0;
  for (;;) {
    const int sent = BIO_write(wire.near.get(), junk.data(), static_cast<int>(junk.size()));
    if (sent <= 0) break;
    filled += static_cast<std::size_t>(sent);
  }
  End client{client_config()};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::want_write));
  }
  Bytes sink(4096);
  while (filled > 0) {
    const int got =
        BIO_read(wire.far.get(), sink.data(), static_cast<int>(std::min(sink.size(), filled)));
    ASSERT_GT(got, 0);
    filled -= static_cast<std::size_t>(got);
  }
  End server{server_config()};
  EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(server.shake(wire.far.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(client.shake(wire.near.get()), 1, SslError::none));
}

// An accept BIO that listens on a free port of 127.0.0.1.
BioPtr accept_bio() {
  BioPtr bio(BIO_new_accept("127.0.0.1:0"));
  BIO_set_nbio_accept(bio.get(), 1);  // the listening socket
  BIO_set_nbio(bio.get(), 1);         // those that it accepts
  EXPECT_EQ(BIO_do_accept(bio.get()), 1);
  return bio;
}

BioPtr connect_bio(BIO* listener) {
  sockaddr_in address{};
  socklen_t size = sizeof(address);
  EXPECT_EQ(getsockname(descriptor_of(listener), reinterpret_cast<sockaddr*>(&address), &size), 0);
  const std::string target = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  BioPtr bio(BIO_new_connect(target.c_str()));
  BIO_set_nbio(bio.get(), 1);
  return bio;
}

TEST(AcceptBio, WantsAcceptUntilSomebodyConnects) {
  const BioPtr bio = accept_bio();
  End server{server_config()};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(answered(server.shake(bio.get()), -1, SslError::want_accept));
  }
  EXPECT_FALSE(server.connection.session.failure.has_value());
}

TEST(ConnectBio, WantsConnectThenCarriesTheHandshakeToAnAcceptBio) {
  const BioPtr listener = accept_bio();
  const BioPtr connecting = connect_bio(listener.get());
  End client{client_config()};
  End server{server_config()};
  // Non-blocking: the connection is not up when connect(2) returns.
  EXPECT_TRUE(answered(client.shake(connecting.get()), -1, SslError::want_connect));
  CallResult near;
  CallResult far;
  bool accepted = false;
  for (int i = 0; i < 1000 && !(near.return_value == 1 && far.return_value == 1); ++i) {
    near = client.shake(connecting.get());
    far = server.shake(listener.get());
    accepted = accepted || far.error == SslError::want_read;
    if (far.error == SslError::want_accept || near.error == SslError::want_connect) {
      ASSERT_EQ(poll(nullptr, 0, 1), 0);
    }
    ASSERT_NE(near.error, SslError::ssl);
    ASSERT_NE(far.error, SslError::ssl);
  }
  EXPECT_TRUE(accepted);
  EXPECT_TRUE(answered(near, 1, SslError::none));
  EXPECT_TRUE(answered(far, 1, SslError::none));
}

TEST(ConnectBio, ThatIsRefusedIsSyscall) {
  BioPtr listener = accept_bio();
  const BioPtr connecting = connect_bio(listener.get());
  listener.reset();
  End client{client_config()};
  CallResult result;
  for (int i = 0; i < 1000; ++i) {
    result = client.shake(connecting.get());
    if (result.error != SslError::want_connect) break;
    ASSERT_EQ(poll(nullptr, 0, 1), 0);
  }
  // libcrypto's entry for it is a system library's.
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::syscall);
  ASSERT_FALSE(result.errors.empty());
  EXPECT_EQ(result.errors.front().reason, "Connection refused");
}

TEST(BufferingFilter, IsFlushedSoThatThePeerCanAnswer) {
  Wire wire = bio_pair(20'000);
  const BioPtr near(BIO_push(BIO_new(BIO_f_buffer()), wire.near.release()));
  const BioPtr far(BIO_push(BIO_new(BIO_f_buffer()), wire.far.release()));
  End client{client_config()};
  End server{server_config()};
  EXPECT_TRUE(answered(client.shake(near.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(server.shake(far.get()), -1, SslError::want_read));
  EXPECT_TRUE(answered(client.shake(near.get()), 1, SslError::none));
  EXPECT_TRUE(answered(server.shake(far.get()), 1, SslError::none));
}

// What the filter cannot pass on holds the call up, as a full BIO would.
TEST(BufferingFilter, OverAFullPairWantsWriteUntilItIsDrained) {
  Wire wire = bio_pair(100);
  const BioPtr near(BIO_push(BIO_new(BIO_f_buffer()), wire.near.release()));
  End client{client_config()};
  Bytes hello;
  CallResult result = client.shake(near.get());
  EXPECT_TRUE(answered(result, -1, SslError::want_write));
  for (int i = 0; i < 100 && result.error == SslError::want_write; ++i) {
    append(hello, drain(wire.far.get()));
    result = client.shake(near.get());
  }
  append(hello, drain(wire.far.get()));
  EXPECT_TRUE(answered(result, -1, SslError::want_read));
  ASSERT_GE(hello.size(), 5U);
  EXPECT_EQ(hello.size(), 5U + (static_cast<std::size_t>(hello[3]) << 8 | hello[4]));
}

TEST(FileBio, ThatFailsWithASystemErrorIsSyscall) {
  End client{client_config()};
  const BioPtr full(BIO_new_file("/dev/full", "w"));
  const BioPtr empty(BIO_new(BIO_s_mem()));
  const CallResult result = client.shake({empty.get(), full.get()});
  EXPECT_EQ(result.return_value, -1);
  EXPECT_EQ(result.error, SslError::syscall);
  ASSERT_FALSE(result.errors.empty()) << "the system's entry";
  EXPECT_EQ(result.errors.front().reason, "No space left on device");
}

TEST(FileBio, AtItsEndIsTheEndOfInput) {
  End server{server_config()};
  const BioPtr null(BIO_new_file("/dev/null", "r"));
  const BioPtr out(BIO_new(BIO_s_mem()));
  EXPECT_TRUE(answered(server.shake({null.get(), out.get()}), -1, SslError::ssl,
                       "unexpected eof while reading"));
}

// A method that fails, and says neither why nor that it is worth another try.
BioPtr failing_bio() {
  struct FreeMethod {
    void operator()(BIO_METHOD* method) const { BIO_meth_free(method); }
  };
  static const std::unique_ptr<BIO_METHOD, FreeMethod> method = [] {
    std::unique_ptr<BIO_METHOD, FreeMethod> made(
        BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "failing"));
    BIO_meth_set_read(made.get(), [](BIO*, char*, int) { return -1; });
    BIO_meth_set_write(made.get(), [](BIO*, const char*, int) { return -1; });
    BIO_meth_set_ctrl(made.get(), [](BIO*, int, long, void*) { return 0L; });
    BIO_meth_set_create(made.get(), [](BIO* bio) {
      BIO_set_init(bio, 1);
      return 1;
    });
    return made;
  }();
  return BioPtr(BIO_new(method.get()));
}

TEST(FailingBio, IsSyscallWithAnEmptyQueueAndMayBeTriedAgain) {
  const BioPtr failing = failing_bio();
  const BioPtr in(BIO_new(BIO_s_mem()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  End client{client_config()};
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(answered(client.shake({in.get(), failing.get()}), -1, SslError::syscall));
  }
  EXPECT_TRUE(answered(client.shake({failing.get(), out.get()}), -1, SslError::syscall));
  EXPECT_FALSE(client.connection.session.failure.has_value());
  EXPECT_TRUE(answered(client.shake({in.get(), out.get()}), -1, SslError::want_read));
}

// BIO_set_mem_eof_return(3): what an empty memory BIO says.
TEST(MemoryBio, SaysRetryOrEndAsItsEofReturn) {
  const BioPtr in(BIO_new(BIO_s_mem()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  End server{server_config()};
  BIO_set_mem_eof_return(in.get(), -1);
  EXPECT_TRUE(answered(server.shake({in.get(), out.get()}), -1, SslError::want_read));
  BIO_set_mem_eof_return(in.get(), 0);
  EXPECT_TRUE(answered(server.shake({in.get(), out.get()}), -1, SslError::ssl,
                       "unexpected eof while reading"));
  EXPECT_EQ(BIO_ctrl_pending(out.get()), 7U);
}

// An end that is ignored does not stick.
TEST(MemoryBio, WantsReadOnceMoreBytesMayComeAfterAnIgnoredEnd) {
  policy::Config config = server_config();
  config.ignore_unexpected_eof = true;
  const BioPtr in(BIO_new(BIO_s_mem()));
  const BioPtr out(BIO_new(BIO_s_mem()));
  End server{config};
  BIO_set_mem_eof_return(in.get(), 0);
  EXPECT_TRUE(answered(server.shake({in.get(), out.get()}), -1, SslError::zero_return));
  BIO_set_mem_eof_return(in.get(), -1);
  EXPECT_TRUE(answered(server.shake({in.get(), out.get()}), -1, SslError::want_read));
}

}  // namespace
}  // namespace stepshake::testing
