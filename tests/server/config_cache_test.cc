#include "server/config_cache.h"

#include "crypto/keys.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

TEST(ConfigCache, TheSameConfigurationIsParsedOnce) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 8);
  const auto first = cache.get(client_config());
  const auto second = cache.get(client_config());
  ASSERT_TRUE(first.ok() && second.ok());
  EXPECT_EQ(*first, *second);
  EXPECT_EQ(cache.size(), 1U);
}

TEST(ConfigCache, DifferentOnesAreDifferent) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 8);
  auto other = client_config();
  other.set_server_name("stepshake.test");
  EXPECT_NE(cache.get(client_config()).value(), cache.get(other).value());
  EXPECT_EQ(cache.size(), 2U);
}

TEST(ConfigCache, KeepsTheOnesLastUsedAndNoMoreThanItsCapacity) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 2);
  auto a = client_config();
  auto b = client_config();
  auto c = client_config();
  a.set_server_name("a.test");
  b.set_server_name("b.test");
  c.set_server_name("c.test");
  const auto kept = cache.get(a).value();
  const auto dropped = cache.get(b).value();
  ASSERT_TRUE(cache.get(a).ok());
  ASSERT_TRUE(cache.get(c).ok());
  EXPECT_EQ(cache.size(), 2U);
  EXPECT_EQ(cache.get(a).value(), kept);
  EXPECT_NE(cache.get(b).value(), dropped);
  EXPECT_EQ(dropped->config.server_name, "b.test");  // whoever holds one keeps it
}

TEST(ConfigCache, AnErrorIsToldAndNotKept) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 8);
  v1::SessionConfig config;
  config.set_role(v1::ROLE_SERVER);
  EXPECT_EQ(cache.get(config).status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(cache.size(), 0U);
}

TEST(ConfigCache, ShowsNoPrivateKey) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 8);
  const auto& ecdsa = shared_test_identities()->all().front();
  v1::SessionConfig config;
  config.set_role(v1::ROLE_SERVER);
  v1::PemIdentity& pem = *config.add_identities()->mutable_pem();
  pem.set_certificate_chain(ecdsa.certificate_chain);
  pem.set_private_key(crypto::to_pem(ecdsa.identity.key));
  const auto shared = cache.get(config).value();
  EXPECT_EQ(shared->given.identities(0).pem().certificate_chain(), ecdsa.certificate_chain);
  EXPECT_TRUE(shared->given.identities(0).pem().private_key().empty());
  EXPECT_EQ(shared->config.identities.size(), 1U);
}

TEST(ConfigCache, ShowsNoPreSharedKeyAndNoTicket) {
  ConfigCache cache(shared_test_identities(), ServiceKeys::of_this_process().derive("tickets"), 8);
  v1::SessionConfig config = client_config();
  v1::ExternalPsk& psk = *config.add_pre_shared_keys()->mutable_external();
  psk.set_identity("who");
  psk.set_key("a secret of thirty-two octets....");
  const auto shared = cache.get(config).value();
  EXPECT_EQ(shared->given.pre_shared_keys(0).external().identity(), "who");
  EXPECT_EQ(shared->given.SerializeAsString().find("a secret"), std::string::npos);
}

}  // namespace
}  // namespace stepshake::server
