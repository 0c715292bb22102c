#include "server/flags.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "server/flag_table.h"

namespace stepshake::server {
namespace {

using Variables = std::map<std::string, std::string>;

std::variant<Flags, Answer> parsed(std::vector<const char*> arguments,
                                   const Variables& variables = {}) {
  arguments.insert(arguments.begin(), "stepshaked");
  return parse_flags(static_cast<int>(arguments.size()), arguments.data(), [&](const char* name) {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

Flags good(std::vector<const char*> arguments, const Variables& variables = {}) {
  const auto result = parsed(std::move(arguments), variables);
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
  EXPECT_EQ(flags.log_format, "text");
  EXPECT_FALSE(flags.insecure);
  EXPECT_TRUE(flags.reflection);
  EXPECT_FALSE(flags.metrics_listen.has_value());
}

// The table's defaults are those of Limits, which whoever has no flags goes by.
TEST(Flags, DefaultLimitsAreThoseOfLimits) {
  const Limits flags = good({}).limits;
  const Limits limits;
  EXPECT_EQ(flags.max_sessions, limits.max_sessions);
  EXPECT_EQ(flags.max_sessions_per_caller, limits.max_sessions_per_caller);
  EXPECT_EQ(flags.max_pending_bytes, limits.max_pending_bytes);
  EXPECT_EQ(flags.max_session_bytes, limits.max_session_bytes);
  EXPECT_EQ(flags.max_config_bytes, limits.max_config_bytes);
  EXPECT_EQ(flags.max_step_input, limits.max_step_input);
  EXPECT_EQ(flags.max_steps, limits.max_steps);
  EXPECT_EQ(flags.max_idle, limits.max_idle);
  EXPECT_EQ(flags.max_lifetime, limits.max_lifetime);
  EXPECT_EQ(flags.max_streams, limits.max_streams);
  EXPECT_EQ(flags.max_streams_per_caller, limits.max_streams_per_caller);
  EXPECT_EQ(flags.max_call_time, limits.max_call_time);
  EXPECT_EQ(flags.max_signature_waits, limits.max_signature_waits);
  EXPECT_EQ(flags.max_stored_tickets, limits.max_stored_tickets);
  EXPECT_EQ(flags.max_stream_steps, limits.max_stream_steps);
  EXPECT_EQ(flags.max_stream_bytes, limits.max_stream_bytes);
  EXPECT_EQ(flags.long_work_threads, limits.long_work_threads);
  EXPECT_EQ(flags.max_long_work, limits.max_long_work);
  EXPECT_EQ(flags.certificate_cache, limits.certificate_cache);
}

// A file of the test's own, gone with it.
class ConfigFile {
 public:
  explicit ConfigFile(const std::string& text)
      : path_(testing::TempDir() + "stepshaked-" + std::to_string(getpid()) + ".yaml") {
    std::ofstream(path_) << text;
  }
  ~ConfigFile() { std::remove(path_.c_str()); }
  [[nodiscard]] const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

TEST(Flags, TheCommandLineGoesBeforeTheEnvironmentAndThatBeforeTheFile) {
  const ConfigFile file(
      "# a comment\nmax-sessions: 1\nmax-steps: 2\nmax-streams: 3\nreflection: false\n"
      "listen: [127.0.0.1:7, \"[::1]:8\"]\nmax-idle: 1h\n");
  const Variables variables{{"STEPSHAKED_MAX_SESSIONS", "10"}, {"STEPSHAKED_MAX_STEPS", "20"}};
  const Flags flags = good({"--config", file.path(), "--max-sessions", "100"}, variables);
  EXPECT_EQ(flags.limits.max_sessions, 100U);
  EXPECT_EQ(flags.limits.max_steps, 20U);
  EXPECT_EQ(flags.limits.max_streams, 3U);
  EXPECT_EQ(flags.limits.max_idle, absl::Hours(1));
  EXPECT_FALSE(flags.reflection);
  ASSERT_EQ(flags.listen.size(), 2U);
  EXPECT_EQ(flags.listen[1].text(), "[::1]:8");

  // A list that goes before another one replaces it.
  const Variables lists{{"STEPSHAKED_CONFIG", file.path()},
                        {"STEPSHAKED_LISTEN", "127.0.0.1:1,127.0.0.1:2,127.0.0.1:3"}};
  EXPECT_EQ(good({}, lists).listen.size(), 3U);
  EXPECT_EQ(good({"--listen", "127.0.0.1:9"}, lists).listen.size(), 1U);
}

TEST(Flags, EachStandsInTheFileAndInTheEnvironmentToo) {
  for (const Flag& flag : flag_table()) {
    // A value that no flag takes: what is blamed is where it stands.
    const ConfigFile file("\n" + std::string(flag.name) + ": \"\"\n");
    const auto by_file = parsed({"--config", file.path()});
    ASSERT_TRUE(std::holds_alternative<Answer>(by_file)) << flag.name;
    EXPECT_NE(std::get<Answer>(by_file).text.find(std::string(file.path()) +
                                                  ":2: " + std::string(flag.name) + ": "),
              std::string::npos)
        << std::get<Answer>(by_file).text;
    const auto by_environment = parsed({}, {{flag.environment(), ""}});
    ASSERT_TRUE(std::holds_alternative<Answer>(by_environment)) << flag.name;
    EXPECT_EQ(
        std::get<Answer>(by_environment).text.rfind("stepshaked: " + flag.environment() + ": ", 0),
        0U)
        << std::get<Answer>(by_environment).text;
  }
}

TEST(Flags, AWrongFileIsRefusedWithItsLine) {
  const std::vector<std::pair<const char*, const char*>> files = {
      {"max-sessions: 5\nmax-session: 5\n", ":2: there is no flag 'max-session'"},
      {"max-sessions: 5\n\nmax-sessions: 6\n", ":3: max-sessions: is there already"},
      {"max-sessions: [5, 6]\n", ":1: max-sessions: needs one plain value"},
      {"max-sessions: {a: 1}\n", ":1: max-sessions: needs one plain value"},
      {"listen:\n  - {a: 1}\n", ":2: listen: needs a list of plain values"},
      {"listen: []\n", ":1: listen: needs at least one"},
      {"- max-sessions\n", ":1: is not a mapping"},
      {"just words\n", ":1: is not a mapping"},
      {"config: other.yaml\n", ":1: there is no flag 'config'"},
      {"max-sessions: 5\n  max-steps: 3\n", ":2: "},
      {"listen: [\n", ": "},
      {"max-steps: 1\n---\nmax-steps: 2\n", "is a second document"},
      {"? [a]\n: 1\n", ":1: there is no flag ''"},
  };
  for (const auto& [text, blamed] : files) {
    const ConfigFile file(text);
    const auto result = parsed({"--config", file.path()});
    ASSERT_TRUE(std::holds_alternative<Answer>(result)) << text;
    const auto& answer = std::get<Answer>(result);
    EXPECT_EQ(answer.exit_status, 2) << text;
    EXPECT_NE(answer.text.find(file.path()), std::string::npos) << answer.text;
    EXPECT_NE(answer.text.find(blamed), std::string::npos) << answer.text;
    EXPECT_EQ(answer.text.find('\n'), answer.text.size() - 1) << answer.text;
  }
  for (const char* const path : {"/no/such/file.yaml", "/"}) {
    const auto result = parsed({"--config", path});
    ASSERT_TRUE(std::holds_alternative<Answer>(result)) << path;
    EXPECT_EQ(std::get<Answer>(result).exit_status, 2) << path;
  }
  for (const char* const text : {"", "# nothing\n"}) {
    EXPECT_EQ(good({"--config", ConfigFile(text).path()}).limits.max_sessions, 100'000U);
  }
}

TEST(Flags, PoliciesGoByWhoCanReachTheServerUnlessTheyAreSaid) {
  EXPECT_TRUE(good({}).policies.allow_key_log);
  EXPECT_TRUE(good({"--listen", "[::1]:0"}).policies.allow_deterministic);
  const Policies open =
      good({"--listen", "127.0.0.1:1", "--listen", "0.0.0.0:1", "--insecure"}).policies;
  EXPECT_FALSE(open.allow_key_log);
  EXPECT_FALSE(open.allow_secrets);
  EXPECT_FALSE(open.allow_deterministic);
  EXPECT_FALSE(open.allow_early_data_replay);
  EXPECT_TRUE(
      good({"--listen", "0.0.0.0:1", "--insecure", "--allow-secrets"}).policies.allow_secrets);
  EXPECT_FALSE(good({"--allow-key-log=false"}).policies.allow_key_log);
}

TEST(Flags, WithTlsAndAuthenticationOtherMachinesMayCall) {
  const std::vector<const char*> tls = {"--listen", "0.0.0.0:1", "--tls-cert",
                                        "c",        "--tls-key", "k"};
  const auto with = [&](std::vector<const char*> more) {
    more.insert(more.begin(), tls.begin(), tls.end());
    return more;
  };
  EXPECT_EQ(good(with({"--token-file", "t"})).token_file, "t");
  EXPECT_EQ(good(with({"--tls-client-ca", "a"})).tls.client_authorities, "a");
  const std::vector<std::vector<const char*>> refused = {
      with({}),
      {"--listen", "0.0.0.0:1", "--token-file", "t"},
      {"--tls-cert", "c"},
      {"--tls-key", "k"},
      {"--tls-client-ca", "a"}};
  for (const auto& arguments : refused) {
    EXPECT_TRUE(std::holds_alternative<Answer>(parsed(arguments))) << arguments.back();
  }
}

TEST(Flags, AllOfThem) {
  const Flags flags =
      good({"--listen", "127.0.0.1:1", "--listen=[::1]:2", "--max-sessions", "3",
            "--max-pending-bytes", "4", "--max-config-bytes", "5", "--drain-timeout", "1500ms",
            "--log-level", "debug", "--certificate-cache", "0", "--io-threads", "3"});
  ASSERT_EQ(flags.listen.size(), 2U);
  EXPECT_EQ(flags.listen[1].text(), "[::1]:2");
  EXPECT_EQ(flags.limits.max_sessions, 3U);
  EXPECT_EQ(flags.limits.max_pending_bytes, 4U);
  EXPECT_EQ(flags.limits.max_config_bytes, 5U);
  EXPECT_EQ(flags.limits.certificate_cache, 0U);
  EXPECT_EQ(flags.io_threads, 3U);
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
      {"--certificate-cache", "-1"},
      {"--io-threads", "0"},
      {"--max-sessions", "-1"},
      {"--max-sessions", "many"},
      {"--max-sessions", "99999999999999999999"},
      {"--drain-timeout", "10"},
      {"--drain-timeout", "-1s"},
      {"--drain-timeout", "inf"},
      {"--log-level", "loud"},
      {"--log-format", "xml"},
      {"--insecure=maybe"},
      {"--max-idle", "0s"},
      {"--max-call-time", "400000h"},
      {"--metrics-listen", "9090"},
      {"--config"},
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
