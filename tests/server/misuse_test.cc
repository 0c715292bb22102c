// Requests that misuse the service, each with the status and the ErrorInfo that it gets.
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

constexpr auto kInvalid = grpc::StatusCode::INVALID_ARGUMENT;

v1::StepRequest step_of(const std::string& name, v1::Call call = v1::CALL_UNSPECIFIED) {
  v1::StepRequest request;
  request.set_name(name);
  request.set_call(call);
  return request;
}

TEST(Misuse, ConfigurationsThatCannotWorkNameTheirField) {
  RunningServer running;
  auto config = server_config();
  config.clear_identities();
  auto status = running.create(config);
  EXPECT_EQ(status.error_code(), kInvalid);
  EXPECT_EQ(field_of(status), "config.identities");

  config.add_identities()->mutable_pem()->set_certificate_chain("x");
  status = running.create(config);
  EXPECT_EQ(status.error_code(), kInvalid);
  EXPECT_EQ(field_of(status), "config.identities[0].pem.certificate_chain");

  config = client_config();
  config.add_cipher_suites(0x1301);
  config.add_cipher_suites(0x0005);  // TLS_RSA_WITH_RC4_128_SHA
  status = running.create(config);
  EXPECT_EQ(status.error_code(), kInvalid);
  EXPECT_EQ(field_of(status), "config.cipher_suites[1]");
  EXPECT_NE(status.error_message().find("GetCapabilities"), std::string::npos);
}

TEST(Misuse, APrivateKeyIsNeverInAnError) {
  RunningServer running;
  auto config = server_config();
  v1::PemIdentity& pem = *config.mutable_identities(0)->mutable_pem();
  pem.set_certificate_chain(shared_test_identities()->all().front().certificate_chain);
  pem.set_private_key("-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  const auto status = running.create(config);
  EXPECT_EQ(field_of(status), "config.identities[0].pem.private_key");
  EXPECT_EQ(status.error_message().find("c2VjcmV0"), std::string::npos);
  EXPECT_EQ(status.error_details().find("c2VjcmV0"), std::string::npos);
}

TEST(Misuse, APrivateKeyIsNeverReturned) {
  RunningServer running;
  const auto& identity = shared_test_identities()->all().front();
  auto config = server_config();
  v1::PemIdentity& pem = *config.mutable_identities(0)->mutable_pem();
  pem.set_certificate_chain(identity.certificate_chain);
  pem.set_private_key(crypto::to_pem(identity.identity.key));
  v1::Session session;
  ASSERT_TRUE(running.create(config, &session).ok());
  EXPECT_EQ(session.SerializeAsString().find("PRIVATE KEY"), std::string::npos);
  ASSERT_TRUE(running.get(session.name(), &session).ok());
  EXPECT_EQ(session.SerializeAsString().find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(session.config().identities(0).pem().certificate_chain(), identity.certificate_chain);
}

TEST(Misuse, NamesThatAreNone) {
  RunningServer running;
  for (const std::string name : {"", "abc", "sessions/", "sessions/a/b"}) {
    for (const auto& status :
         {running.get(name), running.remove(name), running.try_step(step_of(name))}) {
      EXPECT_EQ(status.error_code(), kInvalid) << name;
      EXPECT_EQ(field_of(status), "name") << name;
    }
  }
}

TEST(Misuse, SessionsThatThereAreNot) {
  RunningServer running;
  const std::string deleted = running.name_of_new(client_config());
  ASSERT_TRUE(running.remove(deleted).ok());
  for (const std::string& name : {deleted, std::string("sessions/0123456789abcdef")}) {
    for (const auto& status :
         {running.get(name), running.remove(name), running.try_step(step_of(name))}) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND) << name;
      const auto info = info_of(status);
      EXPECT_EQ(info.reason(), "SESSION_NOT_FOUND");
      EXPECT_EQ(info.metadata().at("name"), name);
    }
  }
}

TEST(Misuse, FieldsThatDoNotGoWithTheCall) {
  RunningServer running;
  const std::string name = running.name_of_new(client_config());
  const auto refused = [&](const v1::StepRequest& request, const std::string& field) {
    const auto status = running.try_step(request);
    EXPECT_EQ(status.error_code(), kInvalid) << field;
    EXPECT_EQ(field_of(status), field);
  };
  refused(step_of(name, static_cast<v1::Call>(77)), "call");
  refused(step_of(name, v1::CALL_WRITE), "data");
  auto request = step_of(name, v1::CALL_DO_HANDSHAKE);
  request.set_data("x");
  refused(request, "data");
  request = step_of(name, v1::CALL_READ);
  request.set_read_limit(16'385);
  refused(request, "read_limit");
  request = step_of(name, v1::CALL_WRITE);
  request.set_data("x");
  request.set_read_limit(1);
  refused(request, "read_limit");

  v1::Session session;
  ASSERT_TRUE(running.get(name, &session).ok());
  EXPECT_EQ(session.step(), 0U);  // none of them was a step
}

TEST(Misuse, InputAfterItsEnd) {
  RunningServer running;
  auto request = step_of(running.name_of_new(server_config()));
  request.set_input("x");
  request.set_end_of_input(true);
  EXPECT_EQ(running.step(request).pending_input_bytes(), 1U);
  const auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(info_of(status).reason(), "INPUT_ENDED");
  EXPECT_EQ(field_of(status), "input");
}

TEST(Misuse, TooManySessions) {
  Limits limits;
  limits.max_sessions = 2;
  RunningServer running(limits);
  const std::string first = running.name_of_new(client_config());
  running.name_of_new(client_config());
  const auto status = running.create(client_config());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(info_of(status).reason(), "TOO_MANY_SESSIONS");
  EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-sessions");
  EXPECT_EQ(info_of(status).metadata().at("limit"), "2");
  ASSERT_TRUE(running.remove(first).ok());
  EXPECT_TRUE(running.create(client_config()).ok());
}

TEST(Misuse, TooManyPendingBytes) {
  Limits limits;
  limits.max_pending_bytes = 1000;
  RunningServer running(limits);
  auto request = step_of(running.name_of_new(server_config()));
  request.set_input(std::string(600, 'x'));
  EXPECT_EQ(running.step(request).pending_input_bytes(), 600U);
  const auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(info_of(status).reason(), "TOO_MANY_PENDING_BYTES");
  EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-pending-bytes");
  // Nothing of it was taken, and the session goes on.
  request.clear_input();
  EXPECT_EQ(running.step(request).pending_input_bytes(), 600U);
}

TEST(Misuse, OutputThatNobodyTakesIsBoundedToo) {
  Limits limits;
  limits.max_pending_bytes = 100'000;
  RunningServer running(limits);
  const std::string client = running.name_of_new(client_config());
  ASSERT_TRUE(shake_hands(running, client, running.name_of_new(server_config()))
                  .client.handshake_complete());
  auto request = step_of(client, v1::CALL_WRITE);
  request.set_data(std::string(16'384, 'x'));
  request.set_keep_output(true);
  grpc::Status status;
  int written = 0;
  while (status.ok() && written < 20) {
    status = running.try_step(request);
    if (status.ok()) ++written;
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(written, 6);
  const auto taken = running.step(client, v1::CALL_UNSPECIFIED);
  EXPECT_GT(taken.output().size(), 6U * 16'384U);
  EXPECT_TRUE(running.try_step(request).ok());
}

TEST(Misuse, AConfigurationThatIsTooLarge) {
  Limits limits;
  limits.max_config_bytes = 1000;
  RunningServer running(limits);
  auto config = client_config();
  config.set_trust_anchors(std::string(1001, 'x'));
  const auto status = running.create(config);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(info_of(status).reason(), "CONFIG_TOO_LARGE");
  EXPECT_EQ(info_of(status).metadata().at("flag"), "--max-config-bytes");
}

TEST(Misuse, AMessageThatIsLargerThanAnyMayBe) {
  RunningServer running;
  auto request = step_of(running.name_of_new(client_config()));
  request.set_input(std::string(20'000'000, 'x'));
  const auto status = running.try_step(request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_NE(status.error_message().find("larger than max"), std::string::npos);
}

TEST(Misuse, Pages) {
  RunningServer running;
  v1::ListSessionsResponse response;
  v1::ListSessionsRequest request;
  request.set_page_size(-1);
  auto status = running.list(request, &response);
  EXPECT_EQ(status.error_code(), kInvalid);
  EXPECT_EQ(field_of(status), "page_size");

  RunningServer other;
  for (int i = 0; i < 2; ++i) other.name_of_new(client_config());
  request.set_page_size(1);
  ASSERT_TRUE(other.list(request, &response).ok());
  ASSERT_FALSE(response.next_page_token().empty());
  for (const std::string& token : {response.next_page_token(), std::string("nonsense")}) {
    request.set_page_token(token);
    status = running.list(request, &response);
    EXPECT_EQ(status.error_code(), kInvalid) << token;
    EXPECT_EQ(field_of(status), "page_token") << token;
  }
}

}  // namespace
}  // namespace stepshake::server
