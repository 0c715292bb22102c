// Our client against our server: every suite, group and key, and what they agree on.
#include <gtest/gtest.h>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

TEST(Handshake, CompletesWithDefaults) {
  Pair pair(client_config(), server_config());
  pair.run();
  ASSERT_TRUE(pair.complete()) << (pair.client.failure() ? pair.client.failure()->detail : "") << "/"
                               << (pair.server.failure() ? pair.server.failure()->detail : "");
  EXPECT_EQ(pair.client.facts().version, wire::ProtocolVersion::tls_1_3);
  EXPECT_EQ(pair.client.facts().cipher_suite, pair.server.facts().cipher_suite);
  EXPECT_EQ(pair.client.last.result.return_value, 1);
}

}  // namespace
}  // namespace stepshake::testing
