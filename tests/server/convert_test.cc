#include "server/convert.h"

#include <gtest/gtest.h>

#include "base/reason.h"

namespace stepshake::server {
namespace {

SessionRecord fresh_record() {
  SessionRecord record;
  auto config = std::make_shared<SharedConfig>();
  config->config = policy::default_config();
  config->given.set_server_name("localhost");
  record.stepped = connection::make_stepped(config->config);
  record.config = std::move(config);
  record.create_time = absl::FromUnixNanos(1'500'000'000'123'456'789);
  record.update_time = absl::FromUnixSeconds(1'600'000'000);
  return record;
}

TEST(Convert, CodePointsHaveNumbersAndNames) {
  v1::CodePoint point;
  fill(wire::CipherSuite::tls_aes_128_gcm_sha256, point);
  EXPECT_EQ(point.value(), 0x1301U);
  EXPECT_EQ(point.name(), "TLS_AES_128_GCM_SHA256");
  v1::CodePoint unknown;
  fill(static_cast<wire::NamedGroup>(0xfafa), unknown);
  EXPECT_EQ(unknown.value(), 0xfafaU);
  EXPECT_EQ(unknown.name(), "");
}

TEST(Convert, AlertsHaveNumbersAndNames) {
  v1::CodePoint point;
  fill(AlertDescription::unknown_ca, point);
  EXPECT_EQ(point.value(), 48U);
  EXPECT_EQ(point.name(), "unknown_ca");
  v1::CodePoint unknown;
  fill(static_cast<AlertDescription>(200), unknown);
  EXPECT_EQ(unknown.value(), 200U);
  EXPECT_EQ(unknown.name(), "");
}

TEST(Convert, AFreshSession) {
  v1::Session session;
  fill("sessions/a", fresh_record(), session);
  EXPECT_EQ(session.name(), "sessions/a");
  EXPECT_EQ(session.config().server_name(), "localhost");
  EXPECT_EQ(session.role(), v1::ROLE_UNSPECIFIED);
  EXPECT_FALSE(session.state().empty());
  EXPECT_FALSE(session.has_negotiated());
  EXPECT_FALSE(session.has_failure());
  EXPECT_EQ(session.create_time().seconds(), 1'500'000'000);
  EXPECT_EQ(session.create_time().nanos(), 123'456'789);
  EXPECT_EQ(session.update_time().seconds(), 1'600'000'000);
  EXPECT_EQ(session.update_time().nanos(), 0);
}

TEST(Convert, PendingBytesRoleAndSteps) {
  auto record = fresh_record();
  record.stepped.inbox.resize(3);
  record.stepped.outbox.resize(5);
  record.stepped.connection.session.role = policy::Role::server;
  record.steps = 9;
  v1::Session session;
  fill("sessions/a", record, session);
  EXPECT_EQ(session.pending_input_bytes(), 3U);
  EXPECT_EQ(session.pending_output_bytes(), 5U);
  EXPECT_EQ(session.role(), v1::ROLE_SERVER);
  EXPECT_EQ(session.step(), 9U);
}

TEST(Convert, FactsAreAbsentUntilThereAreAny) {
  handshake::Facts facts;
  EXPECT_FALSE(has_facts(facts));
  facts.hello_retry_request = true;
  EXPECT_TRUE(has_facts(facts));
}

TEST(Convert, Facts) {
  handshake::Facts facts;
  facts.version = wire::ProtocolVersion::tls_1_3;
  facts.cipher_suite = wire::CipherSuite::tls_aes_256_gcm_sha384;
  facts.group = wire::NamedGroup::x25519;
  facts.server_signature_scheme = wire::SignatureScheme::ed25519;
  facts.alpn_protocol = Bytes{'h', '2'};
  facts.server_name = "localhost";
  facts.peer_certificates = {{1, 2}, {3}};
  facts.verdict = crypto::Verdict{19, "self-signed"};
  v1::Negotiated to;
  fill(facts, to);
  EXPECT_EQ(to.version().value(), 0x0304U);
  EXPECT_EQ(to.cipher_suite().name(), "TLS_AES_256_GCM_SHA384");
  EXPECT_EQ(to.group().name(), "x25519");
  EXPECT_EQ(to.server_signature_scheme().value(), 0x0807U);
  EXPECT_FALSE(to.has_client_signature_scheme());
  EXPECT_EQ(to.alpn_protocol(), "h2");
  EXPECT_EQ(to.server_name(), "localhost");
  ASSERT_EQ(to.peer_certificates_size(), 2);
  EXPECT_EQ(to.peer_certificates(0), "\x01\x02");
  EXPECT_EQ(to.verify_result(), 19);
  EXPECT_EQ(to.verify_message(), "self-signed");
}

TEST(Convert, AFailureOfOurOwnHasTheAlertThatItSends) {
  v1::Failure failure;
  fill(fail(Reason::unexpected_message, "a Finished"), 3, failure);
  EXPECT_EQ(failure.code(), 20U << 23U | 244U);
  EXPECT_EQ(failure.reason(), "unexpected message");
  EXPECT_EQ(failure.detail(), "a Finished");
  EXPECT_EQ(failure.step(), 3U);
  EXPECT_EQ(failure.alert(), 10U);
  EXPECT_EQ(failure.alert_name(), "unexpected_message");
}

TEST(Convert, AFailureByThePeersAlertHasThatAlert) {
  v1::Failure failure;
  fill(Failure{Reason::peer_alert, "", AlertDescription::unknown_ca, {}}, 2, failure);
  EXPECT_EQ(failure.code(), 20U << 23U | 1048U);
  EXPECT_EQ(failure.reason(), "tlsv1 alert unknown ca");
  EXPECT_EQ(failure.alert(), 48U);
  EXPECT_EQ(failure.alert_name(), "unknown_ca");
}

TEST(Convert, AFailureWithoutAlertHasNone) {
  v1::Failure failure;
  fill(fail(Reason::http_request), 1, failure);
  EXPECT_FALSE(failure.has_alert());
  EXPECT_EQ(failure.alert_name(), "");
}

TEST(Convert, WhatACallDid) {
  connection::StepOutput output;
  output.result.return_value = -1;
  output.result.error = connection::SslError::ssl;
  output.result.errors = {{167'772'404, "unexpected message", "why"}};
  output.result.data = {'x'};
  output.consumed_input = 7;
  session::Event sent_hello;
  sent_hello.direction = session::Direction::sent;
  sent_hello.content_type = wire::ContentType::handshake;
  sent_hello.handshake_type = wire::HandshakeType::client_hello;
  sent_hello.length = 300;
  session::Event received_alert;
  received_alert.content_type = wire::ContentType::alert;
  received_alert.length = 2;
  received_alert.alert = {AlertLevel::warning, AlertDescription::close_notify};
  output.result.events = {sent_hello, received_alert};

  v1::StepResponse to;
  fill(std::move(output), to);
  EXPECT_EQ(to.return_value(), -1);
  EXPECT_EQ(to.ssl_error(), v1::SSL_ERROR_SSL);
  ASSERT_EQ(to.errors_size(), 1);
  EXPECT_EQ(to.errors(0).code(), 167'772'404U);
  EXPECT_EQ(to.errors(0).reason(), "unexpected message");
  EXPECT_EQ(to.errors(0).detail(), "why");
  EXPECT_EQ(to.data(), "x");
  EXPECT_EQ(to.consumed_input_bytes(), 7U);
  ASSERT_EQ(to.messages_size(), 2);
  EXPECT_EQ(to.messages(0).direction(), v1::DIRECTION_SENT);
  EXPECT_EQ(to.messages(0).content_type().value(), 22U);
  EXPECT_EQ(to.messages(0).handshake_type().name(), "client_hello");
  EXPECT_EQ(to.messages(0).length(), 300U);
  EXPECT_FALSE(to.messages(1).has_handshake_type());
  ASSERT_EQ(to.alerts_size(), 1);
  EXPECT_EQ(to.alerts(0).direction(), v1::DIRECTION_RECEIVED);
  EXPECT_EQ(to.alerts(0).level(), 1U);
  EXPECT_EQ(to.alerts(0).description().name(), "close_notify");
}

}  // namespace
}  // namespace stepshake::server
