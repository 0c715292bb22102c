#include "server/flags.h"

#include <gtest/gtest.h>

namespace stepshake::server {
namespace {

std::variant<Flags, Answer> parsed(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "stepshaked");
  return parse_flags(static_cast<int>(arguments.size()), arguments.data());
}

Flags good(std::vector<const char*> arguments) {
  const auto result = parsed(std::move(arguments));
  if (const auto* answer = std::get_if<Answer>(&result)) ADD_FAILURE() << answer->text;
  return std::get<Flags>(result);
}

TEST(Flags, Defaults) {
  const Flags flags = good({});
  ASSERT_EQ(flags.listen.size(), 1U);
  EXPECT_EQ(flags.listen[0].text(), "127.0.0.1:50443");
  EXPECT_EQ(flags.limits.max_sessions, 100'000U);
  EXPECT_EQ(flags.limits.max_pending_bytes, 1'048'576U);
  EXPECT_EQ(flags.drain_timeout, absl::Seconds(10));
  EXPECT_EQ(flags.log_level, "info");
}

TEST(Flags, AllOfThem) {
  const Flags flags = good({"--listen", "127.0.0.1:1", "--listen=[::1]:2", "--max-sessions", "3",
                            "--max-pending-bytes", "4", "--max-config-bytes", "5",
                            "--drain-timeout", "1500ms", "--log-level", "debug"});
  ASSERT_EQ(flags.listen.size(), 2U);
  EXPECT_EQ(flags.listen[1].text(), "[::1]:2");
  EXPECT_EQ(flags.limits.max_sessions, 3U);
  EXPECT_EQ(flags.limits.max_pending_bytes, 4U);
  EXPECT_EQ(flags.limits.max_config_bytes, 5U);
  EXPECT_EQ(flags.drain_timeout, absl::Milliseconds(1500));
  EXPECT_EQ(flags.log_level, "debug");
}

TEST(Flags, OtherThanLoopbackOnlyWhenMeant) {
  EXPECT_EQ(good({"--listen", "0.0.0.0:1", "--insecure"}).listen[0].text(), "0.0.0.0:1");
  const auto refused = parsed({"--listen", "0.0.0.0:1"});
  ASSERT_TRUE(std::holds_alternative<Answer>(refused));
  EXPECT_NE(std::get<Answer>(refused).text.find("--insecure"), std::string::npos);
}

TEST(Flags, HelpAndVersionAreNoMistake) {
  for (const char* flag : {"--help", "-h", "--version"}) {
    const auto result = parsed({flag});
    ASSERT_TRUE(std::holds_alternative<Answer>(result)) << flag;
    EXPECT_EQ(std::get<Answer>(result).exit_status, 0) << flag;
    EXPECT_NE(std::get<Answer>(result).text.find("stepshaked"), std::string::npos) << flag;
  }
}

TEST(Flags, MistakesAreOneLineAndExitStatus2) {
  const std::vector<std::vector<const char*>> mistakes = {
      {"--nonsense"},
      {"extra"},
      {"--listen"},
      {"--listen", "nonsense"},
      {"--listen", "127.0.0.1:1", "127.0.0.1:2"},
      {"--max-sessions", "0"},
      {"--max-sessions", "-1"},
      {"--max-sessions", "many"},
      {"--max-sessions", "99999999999999999999"},
      {"--drain-timeout", "10"},
      {"--drain-timeout", "-1s"},
      {"--drain-timeout", "inf"},
      {"--log-level", "loud"},
  };
  for (const auto& mistake : mistakes) {
    const auto result = parsed(mistake);
    ASSERT_TRUE(std::holds_alternative<Answer>(result)) << mistake.back();
    const auto& answer = std::get<Answer>(result);
    EXPECT_EQ(answer.exit_status, 2) << mistake.back();
    EXPECT_EQ(answer.text.find('\n'), answer.text.size() - 1) << answer.text;
    EXPECT_EQ(answer.text.rfind("stepshaked: ", 0), 0U) << answer.text;
  }
}

}  // namespace
}  // namespace stepshake::server
