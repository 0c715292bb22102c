// The contract's tables of return values and of SSL_get_error(3)'s classes: a test for each row.
#include <gtest/gtest.h>

#include "connection/get_error.h"
#include "support/answers.h"
#include "support/bios.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;

// A call over memory BIOs whose input never ends.
const connection::CallResult& call(Side& side, BytesView input, const handshake::Answer* answer,
                                   bool slot_free = true) {
  const connection::World world{side.config, inputs_of(side.seed + ++side.steps), nullptr, answer,
                                slot_free};
  connection::StepInput step;
  step.input = input;
  step.call = Call::do_handshake;
  side.last = connection::step(side.stepped, world, step);
  return side.last.result;
}

policy::Config remote_server() {
  policy::Config config = server_config();
  auto& leaf = config.identities.front();
  leaf.key = crypto::PrivateKey::remote(crypto::public_key_of(leaf.chain.front()).value());
  return config;
}

Bytes client_hello() {
  Side client(client_config(), 1);
  client.step({});
  return client.take_output();
}

TEST(ReturnValue, OneIsCompleteAndOnEveryLaterCall) {
  Pair pair(client_config(), server_config());
  pair.run();
  for (int i = 0; i < 3; ++i) {
    pair.client.step({});
    EXPECT_TRUE(answered(pair.client, 1, SslError::none));
    EXPECT_TRUE(pair.client.take_output().empty());
  }
}

TEST(ReturnValue, ZeroIsARoleThatTheMethodForbids) {
  for (const auto method : {policy::Role::client, policy::Role::server}) {
    const bool is_client = method == policy::Role::client;
    policy::Config config = is_client ? client_config() : server_config();
    config.role.reset();
    config.method = method;
    const char* forbidden = "called a function you should not call";
    Side side(config, 1);
    side.step({});
    EXPECT_TRUE(answered(side, -1, SslError::ssl, "connection type not set"));
    side.step({}, is_client ? Call::accept : Call::connect);
    EXPECT_TRUE(answered(side, 0, SslError::ssl, forbidden));
    EXPECT_EQ(side.last.result.errors.front().code, 0x0a0c0101U);
    for (const Call again : {Call::do_handshake, Call::connect, Call::accept}) {
      side.step({}, again);
      EXPECT_TRUE(answered(side, 0, SslError::ssl, forbidden));
    }
    side.step({}, Call::read);
    EXPECT_TRUE(answered(side, -1, SslError::ssl, forbidden));
    side.step({}, Call::write, Bytes{1});
    EXPECT_TRUE(answered(side, -1, SslError::ssl, forbidden));
    side.step({}, Call::shutdown);
    EXPECT_TRUE(answered(side, -1, SslError::ssl, "shutdown while in init"));
    EXPECT_TRUE(side.take_output().empty());
    EXPECT_FALSE(side.failure().has_value());
    side.step({}, is_client ? Call::set_connect_state : Call::set_accept_state);
    side.step({});
    EXPECT_TRUE(answered(side, -1, SslError::want_read));
  }
}

TEST(ReturnValue, CloseNotifyDuringTheHandshakeIsNotZero) {
  Side client(client_config(), 1);
  client.step({});
  client.step(Bytes{21, 3, 3, 0, 2, 1, 0});
  EXPECT_EQ(client.last.result.return_value, -1);
}

TEST(Classification, NoneIsForAReturnValueAboveZeroOnly) {
  Pair pair(client_config(), server_config());
  pair.client.step({});
  EXPECT_NE(pair.client.last.result.error, SslError::none);
  pair.run();
  pair.client.step({});
  EXPECT_TRUE(answered(pair.client, 1, SslError::none));
  pair.client.step({}, Call::shutdown);
  EXPECT_EQ(pair.client.last.result.return_value, 0);
  EXPECT_NE(pair.client.last.result.error, SslError::none);
}

TEST(Classification, SslIsAProtocolFailureThatTheQueueNames) {
  Side server(server_config(), 1);
  server.step(Bytes{22, 3, 1, 0, 4, 2, 0, 0, 0});  // a ServerHello
  EXPECT_TRUE(answered(server, -1, SslError::ssl, "unexpected message"));
  EXPECT_EQ(server.last.result.errors.front().code >> 23, 20U) << "ERR_LIB_SSL";
  Side client(client_config(), 1);
  client.step({});
  client.step(Bytes{21, 3, 3, 0, 2, 2, 40});
  EXPECT_TRUE(answered(client, -1, SslError::ssl, "sslv3 alert handshake failure"));
}

TEST(Classification, WantReadIsAnEmptyReadBio) {
  Side server(server_config(), 1);
  server.step({});
  EXPECT_TRUE(answered(server, -1, SslError::want_read));
  server.step(BytesView(client_hello()).first(100));
  EXPECT_TRUE(answered(server, -1, SslError::want_read));
}

TEST(Classification, WantWriteIsAFullWriteBio) {
  End client{client_config()};
  const Wire wire = bio_pair(10);
  EXPECT_TRUE(answered(client.shake(wire.near.get()), -1, SslError::want_write));
  EXPECT_EQ(drain(wire.far.get()).size(), 10U);
}

TEST(Classification, WantX509LookupIsACertificateYetToBeSupplied) {
  policy::Config config = server_config();
  config.pause_on.certificate = true;
  Side server(config, 1);
  EXPECT_TRUE(answered(call(server, client_hello(), nullptr), -1, SslError::want_x509_lookup));
  const handshake::Answer answer = handshake::GoOn{};
  EXPECT_TRUE(answered(call(server, {}, &answer), -1, SslError::want_read));
}

TEST(Classification, WantX509LookupIsAlsoAClientsThatWasAsked) {
  policy::Config asking = server_config();
  asking.client_authentication = policy::ClientAuthentication::request;
  policy::Config config = client_config();
  config.pause_on.certificate = true;
  Pair pair(config, asking);
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  pair.client.step(pair.server.take_output());
  EXPECT_TRUE(answered(pair.client, -1, SslError::want_x509_lookup));
}

TEST(Classification, SyscallIsACallRepeatedAfterAFailureOfOnesOwn) {
  Side server(server_config(), 1);
  server.step(to_bytes(view_of("GET / HTTP/1.1\r\n\r\n")));
  EXPECT_EQ(server.last.result.error, SslError::ssl);
  server.step({});
  EXPECT_TRUE(answered(server, -1, SslError::syscall));
}

// SSL_get_error(3) has nothing to say of a return value that no call has given.
TEST(Classification, SyscallIsGetErrorBeforeAnyCall) {
  connection::Circumstances nothing;
  nothing.return_value = -1;
  EXPECT_EQ(get_error(nothing), SslError::syscall);
}

TEST(Classification, ZeroReturnIsCloseNotifyOrACallAfterThePeersFatalAlert) {
  Side closed(client_config(), 1);
  closed.step({});
  closed.step(Bytes{21, 3, 3, 0, 2, 1, 0});
  EXPECT_TRUE(answered(closed, -1, SslError::zero_return));
  Side refused(client_config(), 1);
  refused.step({});
  refused.step(Bytes{21, 3, 3, 0, 2, 2, 40});
  refused.step({});
  EXPECT_TRUE(answered(refused, -1, SslError::zero_return));
}

TEST(Classification, ZeroReturnIsAnEndThatIsToBeIgnored) {
  policy::Config config = client_config();
  config.ignore_unexpected_eof = true;
  Side client(config, 1);
  client.step({});
  client.step({}, Call::do_handshake, {}, true);
  EXPECT_TRUE(answered(client, -1, SslError::zero_return));
}

TEST(Classification, WantAsyncIsASignaturePendingOutside) {
  Side server(remote_server(), 1);
  for (int i = 0; i < 2; ++i) {
    EXPECT_TRUE(answered(call(server, i == 0 ? client_hello() : Bytes{}, nullptr), -1,
                         SslError::want_async));
  }
}

TEST(Classification, WantAsyncJobIsNoSlotForIt) {
  Side server(remote_server(), 1);
  EXPECT_TRUE(answered(call(server, client_hello(), nullptr, false), -1, SslError::want_async_job));
  EXPECT_TRUE(answered(call(server, {}, nullptr, true), -1, SslError::want_async));
}

TEST(Classification, WantClientHelloCbIsAServerPausedAtTheHello) {
  policy::Config config = server_config();
  config.pause_on.client_hello = true;
  Side server(config, 1);
  EXPECT_TRUE(answered(call(server, client_hello(), nullptr), -1, SslError::want_client_hello_cb));
}

TEST(Classification, WantRetryVerifyIsAClientPausedAtThePeersCertificate) {
  policy::Config config = client_config();
  config.pause_on.verify = true;
  Pair pair(config, server_config());
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  pair.client.step(pair.server.take_output());
  EXPECT_TRUE(answered(pair.client, -1, SslError::want_retry_verify));
}

}  // namespace
}  // namespace stepshake::testing
