#include "server/listen_address.h"

#include <gtest/gtest.h>

namespace stepshake::server {
namespace {

TEST(ListenAddress, HostAndPort) {
  const auto v4 = parse_listen_address("127.0.0.1:50443").value();
  EXPECT_EQ(v4.host, "127.0.0.1");
  EXPECT_EQ(v4.port, 50443);
  EXPECT_EQ(v4.text(), "127.0.0.1:50443");
  const auto v6 = parse_listen_address("[::1]:0").value();
  EXPECT_EQ(v6.host, "::1");
  EXPECT_EQ(v6.port, 0);
  EXPECT_EQ(v6.text(), "[::1]:0");
  EXPECT_EQ(parse_listen_address("localhost:65535").value().text(), "localhost:65535");
}

TEST(ListenAddress, RefusesNonsense) {
  for (const char* text : {"", "x", ":", ":80", "localhost", "localhost:", "localhost:x",
                           "localhost:65536", "localhost:-1", "localhost: 80", "localhost:+80",
                           "::1:80", "[::1:80", "::1]:80", "[]:80", "localhost:99999999999"}) {
    EXPECT_EQ(parse_listen_address(text).status().code(), absl::StatusCode::kInvalidArgument)
        << text;
  }
}

TEST(ListenAddress, KnowsLoopback) {
  for (const char* text : {"127.0.0.1:0", "127.9.9.9:0", "[::1]:0", "[::ffff:127.0.0.1]:0"}) {
    EXPECT_TRUE(is_loopback(parse_listen_address(text).value()).value()) << text;
  }
  for (const char* text :
       {"0.0.0.0:0", "[::]:0", "192.0.2.1:0", "[2001:db8::1]:0", "[::ffff:192.0.2.1]:0"}) {
    EXPECT_FALSE(is_loopback(parse_listen_address(text).value()).value()) << text;
  }
}

TEST(ListenAddress, ANameThatIsNoneIsNotFound) {
  EXPECT_EQ(is_loopback({"no such host", 80}).status().code(), absl::StatusCode::kNotFound);
}

TEST(ListenAddress, TellsWhyNot) {
  // TEST-NET-1 (RFC 5737) is no address of this machine.
  EXPECT_EQ(why_not({"192.0.2.1", 0}), "Cannot assign requested address");
}

}  // namespace
}  // namespace stepshake::server
