#include "server/tokens.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "base/bytes.h"
#include "crypto/hash.h"

namespace stepshake::server {
namespace {

std::string line(const std::string& name, const std::string& token) {
  return name + ":" + to_hex(crypto::hash(crypto::HashAlgorithm::sha256, {view_of(token)})) + "\n";
}

absl::StatusOr<Tokens> read(const std::string& text) {
  const std::string path = testing::TempDir() + "tokens-" + std::to_string(getpid());
  std::ofstream(path) << text;
  auto tokens = Tokens::read(path);
  std::remove(path.c_str());
  return tokens;
}

TEST(Tokens, StandForTheirNames) {
  const auto tokens = read("# two of one\n" + line("alice", "a1") + "  \n" + line("alice", "a2") +
                           "  " + line("bob@test", "b") + line("x", ""));
  ASSERT_TRUE(tokens.ok()) << tokens.status();
  EXPECT_EQ(tokens->name_of("a1"), "alice");
  EXPECT_EQ(tokens->name_of("a2"), "alice");
  EXPECT_EQ(tokens->name_of("b"), "bob@test");
  EXPECT_EQ(tokens->name_of("a"), "");
  EXPECT_EQ(tokens->name_of("a1 "), "");
  EXPECT_EQ(tokens->name_of(std::string(100'000, 'a')), "");
  // Nobody is let in for bringing nothing, whatever the file says.
  EXPECT_EQ(tokens->name_of(""), "");
  EXPECT_EQ(read("")->name_of("a1"), "");
}

TEST(Tokens, AWrongLineIsNamedAndNotShown) {
  const std::string digits(64, '0');
  for (const std::string& wrong :
       {std::string("s3cret"), "s3cret:" + digits.substr(1), "s3cret:" + digits + "0", ":" + digits,
        "s3 cret:" + digits, "s3cret:" + digits.substr(1) + "g",
        std::string(65, 'n') + ":" + digits, "s3cret: " + digits.substr(1)}) {
    const auto tokens = read(line("alice", "a") + "\n" + wrong + "\n");
    ASSERT_FALSE(tokens.ok()) << wrong;
    EXPECT_NE(tokens.status().message().find(":3: "), std::string::npos) << tokens.status();
    EXPECT_EQ(tokens.status().message().find("s3"), std::string::npos) << tokens.status();
  }
}

}  // namespace
}  // namespace stepshake::server
