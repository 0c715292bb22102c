// Sessions as resources: create, get, list in pages, delete; and what the server can do.
#include <set>

#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

TEST(SessionsOverGrpc, CreateGetDelete) {
  RunningServer running;
  v1::Session created;
  ASSERT_TRUE(running.create(client_config(), &created).ok());
  EXPECT_EQ(created.name().rfind("sessions/", 0), 0U);
  EXPECT_EQ(created.name().size(), 9U + 9U + 32U);  // the store's tag, and 128 bits in hexadecimal
  EXPECT_EQ(created.role(), v1::ROLE_CLIENT);
  EXPECT_EQ(created.step(), 0U);
  EXPECT_FALSE(created.has_negotiated());
  EXPECT_FALSE(created.has_failure());
  EXPECT_EQ(created.config().SerializeAsString(), client_config().SerializeAsString());
  EXPECT_EQ(created.create_time().SerializeAsString(), created.update_time().SerializeAsString());

  v1::Session got;
  ASSERT_TRUE(running.get(created.name(), &got).ok());
  EXPECT_EQ(got.SerializeAsString(), created.SerializeAsString());

  running.step(created.name(), v1::CALL_DO_HANDSHAKE);
  ASSERT_TRUE(running.get(created.name(), &got).ok());
  EXPECT_EQ(got.step(), 1U);
  EXPECT_EQ(got.state(), "WaitServerHello");
  EXPECT_TRUE(running.remove(created.name()).ok());
}

TEST(SessionsOverGrpc, AreListedOldestFirstInPages) {
  RunningServer running;
  std::vector<std::string> names;
  for (int i = 0; i < 7; ++i) names.push_back(running.name_of_new(client_config()));
  std::vector<std::string> listed;
  v1::ListSessionsRequest request;
  request.set_page_size(3);
  int pages = 0;
  do {
    v1::ListSessionsResponse response;
    ASSERT_TRUE(running.list(request, &response).ok());
    for (const v1::Session& session : response.sessions()) listed.push_back(session.name());
    request.set_page_token(response.next_page_token());
    ++pages;
  } while (!request.page_token().empty() && pages < 10);
  EXPECT_EQ(listed, names);
  EXPECT_EQ(pages, 3);
}

TEST(SessionsOverGrpc, AFullLastPageHasNoNext) {
  RunningServer running;
  for (int i = 0; i < 3; ++i) running.name_of_new(client_config());
  v1::ListSessionsRequest request;
  v1::ListSessionsResponse response;
  request.set_page_size(3);
  ASSERT_TRUE(running.list(request, &response).ok());
  EXPECT_EQ(response.sessions_size(), 3);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST(SessionsOverGrpc, NoneIsAnEmptyPage) {
  RunningServer running;
  v1::ListSessionsResponse response;
  ASSERT_TRUE(running.list({}, &response).ok());
  EXPECT_EQ(response.sessions_size(), 0);
  EXPECT_EQ(response.next_page_token(), "");
}

TEST(SessionsOverGrpc, PagesGoOnWhereSessionsWereDeletedMeanwhile) {
  RunningServer running;
  std::vector<std::string> names;
  for (int i = 0; i < 4; ++i) names.push_back(running.name_of_new(client_config()));
  v1::ListSessionsRequest request;
  v1::ListSessionsResponse response;
  request.set_page_size(2);
  ASSERT_TRUE(running.list(request, &response).ok());
  ASSERT_TRUE(running.remove(names[1]).ok());
  ASSERT_TRUE(running.remove(names[2]).ok());
  request.set_page_token(response.next_page_token());
  ASSERT_TRUE(running.list(request, &response).ok());
  ASSERT_EQ(response.sessions_size(), 1);
  EXPECT_EQ(response.sessions(0).name(), names[3]);
}

TEST(SessionsOverGrpc, APageStaysSmallEnoughToBeReceived) {
  RunningServer running;
  std::string anchors = shared_test_identities()->authority_pem();
  while (anchors.size() < 900'000)
    anchors += "a line that is not PEM, and that PEM's readers pass over\n";
  constexpr int kSessions = 6;  // 5.4 MB in all; a client takes 4 MiB
  for (int i = 0; i < kSessions; ++i) {
    auto config = client_config();
    config.set_trust_anchors(anchors);
    running.name_of_new(config);
  }
  v1::ListSessionsRequest request;
  request.set_page_size(1000);
  int seen = 0;
  do {
    v1::ListSessionsResponse response;
    const auto status = running.list(request, &response);
    ASSERT_TRUE(status.ok()) << status.error_message();
    seen += response.sessions_size();
    request.set_page_token(response.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(seen, kSessions);
}

TEST(SessionsOverGrpc, AnEndIsOneLineInTheLog) {
  RunningServer running;
  const std::string deleted = running.name_of_new(client_config());
  const std::string left = running.name_of_new(server_config());
  ASSERT_TRUE(shake_hands(running, deleted, left).server.handshake_complete());
  ASSERT_TRUE(running.remove(deleted).ok());
  running.server().drain(absl::Seconds(60));
  const std::string log = running.log_text();
  EXPECT_NE(log.find("session ended session=" + deleted +
                     " reason=deleted role=client steps=3 outcome=complete"),
            std::string::npos)
      << log;
  EXPECT_NE(log.find("session ended session=" + left + " reason=shutdown role=server steps=3"),
            std::string::npos)
      << log;
}

TEST(Capabilities, ListWhatThereIs) {
  RunningServer running;
  const auto stub = v1::CapabilityService::NewStub(running.channel());
  v1::GetCapabilitiesResponse all;
  ASSERT_TRUE(stub->GetCapabilities(new_context().get(), {}, &all).ok());
  EXPECT_FALSE(all.server_version().empty());
  EXPECT_EQ(all.libcrypto_version().rfind("OpenSSL 3.", 0), 0U);
  const auto names = [](const auto& capabilities) {
    std::set<std::string> of;
    for (const v1::Capability& one : capabilities) {
      if (!one.available()) continue;  // a newer libcrypto has it
      of.insert(one.code_point().name());
    }
    return of;
  };
  EXPECT_EQ(names(all.versions()).count("TLS 1.3"), 1U);
  EXPECT_EQ(names(all.cipher_suites()).count("TLS_AES_128_GCM_SHA256"), 1U);
  EXPECT_EQ(names(all.groups()).count("x25519"), 1U);
  EXPECT_EQ(names(all.signature_schemes()).count("ecdsa_secp256r1_sha256"), 1U);
  EXPECT_EQ(all.test_ca_certificate(), shared_test_identities()->authority_pem());
  EXPECT_EQ(all.test_identities_size(), static_cast<int>(shared_test_identities()->all().size()));
  for (const v1::TestIdentity& identity : all.test_identities()) {
    EXPECT_TRUE(running.create(server_config(identity.name())).ok()) << identity.name();
  }
}

TEST(Capabilities, EachThatIsListedIsAccepted) {
  RunningServer running;
  const auto stub = v1::CapabilityService::NewStub(running.channel());
  v1::GetCapabilitiesResponse all;
  ASSERT_TRUE(stub->GetCapabilities(new_context().get(), {}, &all).ok());
  auto config = client_config();
  for (const auto& one : all.cipher_suites()) config.add_cipher_suites(one.code_point().value());
  for (const auto& one : all.groups()) {
    if (one.available()) config.add_groups(one.code_point().value());
  }
  for (const auto& one : all.signature_schemes()) {
    if (one.available()) config.add_signature_schemes(one.code_point().value());
  }
  const auto status = running.create(config);
  EXPECT_TRUE(status.ok()) << status.error_message();
}

}  // namespace
}  // namespace stepshake::server
