// Whole handshakes between two sessions of the service, step by step over gRPC.
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

TEST(Handshake, StepByStep) {
  RunningServer running;
  auto client_wants = client_config();
  client_wants.add_alpn_protocols("h2");
  auto server_wants = server_config();
  server_wants.add_alpn_protocols("http/1.1");
  server_wants.add_alpn_protocols("h2");
  const std::string client = running.name_of_new(client_wants);
  const std::string server = running.name_of_new(server_wants);

  const auto hello = running.step(client, v1::CALL_DO_HANDSHAKE);
  EXPECT_EQ(hello.name(), client);
  EXPECT_EQ(hello.step(), 1U);
  EXPECT_EQ(hello.call(), v1::CALL_DO_HANDSHAKE);
  EXPECT_EQ(hello.return_value(), -1);
  EXPECT_EQ(hello.ssl_error(), v1::SSL_ERROR_WANT_READ);
  EXPECT_EQ(hello.state(), "WaitServerHello");
  EXPECT_FALSE(hello.output().empty());
  EXPECT_EQ(hello.pending_output_bytes(), 0U);
  ASSERT_GE(hello.messages_size(), 1);
  EXPECT_EQ(hello.messages(0).handshake_type().name(), "client_hello");
  EXPECT_EQ(hello.messages(0).direction(), v1::DIRECTION_SENT);

  const auto flight = running.step(server, v1::CALL_DO_HANDSHAKE, hello.output());
  EXPECT_EQ(flight.ssl_error(), v1::SSL_ERROR_WANT_READ);
  EXPECT_EQ(flight.consumed_input_bytes(), hello.output().size());
  EXPECT_EQ(flight.negotiated().version().name(), "TLS 1.3");

  const auto finished = running.step(client, v1::CALL_DO_HANDSHAKE, flight.output());
  EXPECT_EQ(finished.return_value(), 1) << finished.ShortDebugString();
  EXPECT_EQ(finished.ssl_error(), v1::SSL_ERROR_NONE);
  EXPECT_TRUE(finished.handshake_complete());
  EXPECT_EQ(finished.negotiated().alpn_protocol(), "h2");
  EXPECT_EQ(finished.negotiated().server_name(), "localhost");
  EXPECT_EQ(finished.negotiated().verify_result(), 0);
  EXPECT_EQ(finished.negotiated().peer_certificates_size(), 1);
  EXPECT_FALSE(finished.output().empty());

  const auto done = running.step(server, v1::CALL_DO_HANDSHAKE, finished.output());
  EXPECT_EQ(done.return_value(), 1);
  EXPECT_TRUE(done.handshake_complete());
  EXPECT_EQ(done.state(), "Connected");
  EXPECT_EQ(done.step(), 2U);
}

TEST(Handshake, ApplicationDataAndShutdown) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_config());
  const Shaken shaken = shake_hands(running, client, server);
  ASSERT_TRUE(shaken.client.handshake_complete() && shaken.server.handshake_complete());

  v1::StepRequest write;
  write.set_name(client);
  write.set_call(v1::CALL_WRITE);
  write.set_data("hello");
  const auto written = running.step(write);
  EXPECT_EQ(written.return_value(), 5);

  v1::StepRequest read;
  read.set_name(server);
  read.set_call(v1::CALL_READ);
  read.set_input(written.output());
  read.set_read_limit(2);
  EXPECT_EQ(running.step(read).data(), "he");
  EXPECT_EQ(running.step(server, v1::CALL_READ).data(), "llo");
  EXPECT_EQ(running.step(server, v1::CALL_READ).ssl_error(), v1::SSL_ERROR_WANT_READ);

  const auto closing = running.step(client, v1::CALL_SHUTDOWN);
  EXPECT_EQ(closing.return_value(), 0);
  ASSERT_EQ(closing.alerts_size(), 1);
  EXPECT_EQ(closing.alerts(0).description().name(), "close_notify");
  const auto closed = running.step(server, v1::CALL_READ, closing.output());
  EXPECT_EQ(closed.ssl_error(), v1::SSL_ERROR_ZERO_RETURN);
  EXPECT_FALSE(closed.has_failure());
}

class HandshakeWith : public testing::TestWithParam<const char*> {};

TEST_P(HandshakeWith, ABuiltInIdentity) {
  RunningServer running;
  const Shaken shaken = shake_hands(running, running.name_of_new(client_config()),
                                    running.name_of_new(server_config(GetParam())));
  EXPECT_TRUE(shaken.client.handshake_complete()) << shaken.client.ShortDebugString();
  EXPECT_TRUE(shaken.server.handshake_complete()) << shaken.server.ShortDebugString();
}

INSTANTIATE_TEST_SUITE_P(Identities, HandshakeWith,
                         testing::Values("ecdsa", "ecdsa384", "ed25519", "rsa"));

TEST(Handshake, MutualWithTestIdentities) {
  RunningServer running;
  auto client_wants = client_config();
  client_wants.add_identities()->set_test_identity("ed25519");
  auto server_wants = server_config("rsa");
  server_wants.set_client_authentication(v1::CLIENT_AUTHENTICATION_REQUIRE);
  server_wants.set_trust_test_ca(true);
  const Shaken shaken =
      shake_hands(running, running.name_of_new(client_wants), running.name_of_new(server_wants));
  ASSERT_TRUE(shaken.server.handshake_complete()) << shaken.server.ShortDebugString();
  EXPECT_EQ(shaken.server.negotiated().client_signature_scheme().name(), "ed25519");
  EXPECT_EQ(shaken.server.negotiated().peer_certificates_size(), 1);
  EXPECT_EQ(shaken.server.negotiated().verify_result(), 0);
}

TEST(Handshake, AFailureIsDataAndStaysTheFirstCause) {
  RunningServer running;
  auto distrustful = client_config();
  distrustful.set_trust_test_ca(false);
  const std::string client = running.name_of_new(distrustful);
  const std::string server = running.name_of_new(server_config());
  const auto hello = running.step(client, v1::CALL_CONNECT);
  const auto flight = running.step(server, v1::CALL_ACCEPT, hello.output());
  const auto failed = running.step(client, v1::CALL_CONNECT, flight.output());
  EXPECT_EQ(failed.return_value(), -1);
  EXPECT_EQ(failed.ssl_error(), v1::SSL_ERROR_SSL);
  ASSERT_EQ(failed.errors_size(), 1);
  EXPECT_EQ(failed.errors(0).reason(), "certificate verify failed");
  EXPECT_EQ(failed.failure().reason(), "certificate verify failed");
  EXPECT_EQ(failed.failure().step(), 2U);
  EXPECT_EQ(failed.failure().alert_name(), "unknown_ca");
  EXPECT_FALSE(failed.output().empty());
  EXPECT_EQ(failed.negotiated().peer_certificates_size(), 1);

  const auto repeated = running.step(client, v1::CALL_CONNECT);
  EXPECT_EQ(repeated.ssl_error(), v1::SSL_ERROR_SYSCALL);
  EXPECT_EQ(repeated.failure().step(), 2U);

  const auto told = running.step(server, v1::CALL_ACCEPT, failed.output());
  EXPECT_EQ(told.ssl_error(), v1::SSL_ERROR_SSL);
  EXPECT_EQ(told.failure().alert(), 48U);
  EXPECT_EQ(told.failure().reason(), "tlsv1 alert unknown ca");
  ASSERT_EQ(told.alerts_size(), 1);
  EXPECT_EQ(told.alerts(0).direction(), v1::DIRECTION_RECEIVED);

  v1::Session session;
  ASSERT_TRUE(running.get(server, &session).ok());
  EXPECT_EQ(session.failure().alert_name(), "unknown_ca");
}

TEST(Handshake, ARolelessSessionTakesTheRoleOfItsFirstCall) {
  RunningServer running;
  v1::Session session;
  ASSERT_TRUE(running.create({}, &session).ok());
  EXPECT_EQ(session.role(), v1::ROLE_UNSPECIFIED);
  const auto unset = running.step(session.name(), v1::CALL_DO_HANDSHAKE);
  EXPECT_EQ(unset.return_value(), -1);
  EXPECT_EQ(unset.ssl_error(), v1::SSL_ERROR_SSL);
  ASSERT_EQ(unset.errors_size(), 1);
  EXPECT_EQ(unset.errors(0).reason(), "connection type not set");
  EXPECT_EQ(running.step(session.name(), v1::CALL_SET_CONNECT_STATE).return_value(), 1);
  EXPECT_EQ(running.step(session.name(), v1::CALL_DO_HANDSHAKE).ssl_error(),
            v1::SSL_ERROR_WANT_READ);
  ASSERT_TRUE(running.get(session.name(), &session).ok());
  EXPECT_EQ(session.role(), v1::ROLE_CLIENT);
}

TEST(Handshake, BytesMayComeAndGoWithoutACall) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const std::string server = running.name_of_new(server_config());
  v1::StepRequest keep;
  keep.set_name(client);
  keep.set_call(v1::CALL_DO_HANDSHAKE);
  keep.set_keep_output(true);
  const auto kept = running.step(keep);
  EXPECT_TRUE(kept.output().empty());
  EXPECT_GT(kept.pending_output_bytes(), 0U);
  const auto taken = running.step(client, v1::CALL_UNSPECIFIED);
  EXPECT_EQ(taken.output().size(), kept.pending_output_bytes());
  EXPECT_EQ(taken.return_value(), 1);
  EXPECT_EQ(taken.pending_output_bytes(), 0U);

  const auto queued = running.step(server, v1::CALL_UNSPECIFIED, taken.output());
  EXPECT_EQ(queued.pending_input_bytes(), taken.output().size());
  EXPECT_EQ(queued.consumed_input_bytes(), 0U);
  const auto consumed = running.step(server, v1::CALL_ACCEPT);
  EXPECT_EQ(consumed.consumed_input_bytes(), taken.output().size());
  EXPECT_EQ(consumed.pending_input_bytes(), 0U);
  EXPECT_FALSE(consumed.output().empty());
}

TEST(Handshake, EndOfInputIsSeenByTheCall) {
  RunningServer running;
  v1::StepRequest request;
  request.set_name(running.name_of_new(server_config()));
  request.set_call(v1::CALL_ACCEPT);
  request.set_end_of_input(true);
  const auto response = running.step(request);
  EXPECT_EQ(response.ssl_error(), v1::SSL_ERROR_SSL);
  EXPECT_EQ(response.failure().reason(), "unexpected eof while reading");
  EXPECT_EQ(running.step(request).ssl_error(), v1::SSL_ERROR_SYSCALL);  // saying it again is fine
}

}  // namespace
}  // namespace stepshake::server
