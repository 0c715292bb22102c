#include "server/test_identities.h"

#include <set>

#include "crypto/x509.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

TEST(TestIdentities, EachIsCertifiedByTheTestCaForItsNames) {
  const auto& identities = *shared_test_identities();
  const crypto::TrustAnchors trust({identities.authority()});
  const std::int64_t now = absl::ToUnixSeconds(absl::Now());
  for (const TestIdentity& one : identities.all()) {
    for (const char* name :
         {"localhost", "stepshake.test", "a.stepshake.test", "127.0.0.1", "::1"}) {
      const auto verdict =
          crypto::verify_chain(one.identity.chain, trust, {crypto::Purpose::server, name, now});
      EXPECT_EQ(verdict.code, 0) << one.name << " " << name << ": " << verdict.text;
    }
    const auto wrong = crypto::verify_chain(one.identity.chain, trust,
                                            {crypto::Purpose::server, "example.com", now});
    EXPECT_NE(wrong.code, 0) << one.name;
    EXPECT_EQ(crypto::certificates_from_pem(one.certificate_chain), one.identity.chain);
  }
}

TEST(TestIdentities, HaveTheNamesThatAreDocumented) {
  std::set<std::string> names;
  for (const TestIdentity& one : shared_test_identities()->all()) names.insert(one.name);
  for (const char* name : {"ecdsa", "ecdsa384", "ed25519", "rsa"}) {
    EXPECT_EQ(names.count(name), 1U) << name;
    EXPECT_NE(shared_test_identities()->find(name), nullptr) << name;
  }
  EXPECT_EQ(shared_test_identities()->find("dsa"), nullptr);
}

}  // namespace
}  // namespace stepshake::server
