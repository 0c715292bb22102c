#include "server/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"

namespace stepshake::server {
namespace {

constexpr int kMisuse = 2;

// The command line as it was written, before it is judged.
struct Written {
  std::vector<std::string> listen = {"127.0.0.1:50443"};
  bool insecure = false;
  std::string drain_timeout = "10s";
  std::string log_level = "info";
  Limits limits;
  std::string key_file;
  std::string redis;
  std::string redis_password_file;
  std::string redis_prefix = "stepshake:";
};

const char* const kFooter =
    "Signals: SIGTERM and SIGINT drain: health says NOT_SERVING, new calls are refused, calls in\n"
    "flight end, each session's end is logged; then the exit status is 0. A second signal ends at "
    "once.\n"
    "Exit status: 0 drained, 1 cannot serve, 2 a wrong command line.\n\n"
    "Once it serves it prints \"listening on HOST:PORT\" on stdout, a line for each address. The "
    "log\n"
    "goes to stderr.";

void describe(CLI::App& app, Written& written) {
  app.footer(kFooter);
  app.set_version_flag("--version", absl::StrCat("stepshaked ", STEPSHAKE_VERSION),
                       "Print the version and exit");
  app.add_option("--listen", written.listen,
                 "Address to listen on; port 0 takes a free one; may be repeated")
      ->type_name("HOST:PORT")
      ->allow_extra_args(false)
      ->capture_default_str()
      ->group("Serving");
  app.add_flag("--insecure", written.insecure,
               "Listen on other addresses than loopback, although every caller that reaches them "
               "may use all sessions, unencrypted")
      ->group("Serving");
  app.add_option("--drain-timeout", written.drain_timeout,
                 "How long calls in flight may take to end after SIGTERM: 10s, 500ms, 1m")
      ->type_name("DURATION")
      ->capture_default_str()
      ->group("Serving");
  app.add_option("--log-level", written.log_level, "Log this and what is graver")
      ->check(CLI::IsMember({"trace", "debug", "info", "warning", "error", "critical", "off"}))
      ->type_name("LEVEL")
      ->capture_default_str()
      ->group("Serving");
  const auto text = [&](const char* name, std::string& value, const char* type, const char* help) {
    app.add_option(name, value, help)->type_name(type)->group("Store");
  };
  text("--key-file", written.key_file, "FILE",
       "Keys that seal what leaves this process, a line of 64 hexadecimal digits each: the first "
       "seals, all open. Without it, exported sessions are of no use to other servers");
  text("--redis", written.redis, "HOST:PORT",
       "Keep sessions in this Redis, for any number of servers with the same --key-file. Default: "
       "in memory");
  text("--redis-password-file", written.redis_password_file, "FILE", "Its password");
  text("--redis-prefix", written.redis_prefix, "TEXT",
       "What its keys begin with (default: stepshake:)");
  const auto limit = [&](const char* name, std::size_t& value, const char* help) {
    app.add_option(name, value, help)
        ->check(CLI::Range(std::uint64_t{1}, std::uint64_t{1} << 30U).description(""))
        ->type_name("N")
        ->capture_default_str()
        ->group("Limits (what exceeds one is RESOURCE_EXHAUSTED)");
  };
  limit("--max-sessions", written.limits.max_sessions, "Sessions in all");
  limit("--max-pending-bytes", written.limits.max_pending_bytes,
        "Bytes of input not consumed and output not taken, of one session");
  limit("--max-session-bytes", written.limits.max_session_bytes,
        "Bytes of one session as it is kept, history aside");
  limit("--max-history-steps", written.limits.max_history_steps,
        "Steps that one session's history keeps");
  limit("--max-history-bytes", written.limits.max_history_bytes,
        "Bytes of one session's history; the oldest steps give way");
  limit("--max-watch-buffer", written.limits.max_watch_buffer,
        "Steps that a watcher may be behind; it is told of what it misses");
  limit("--max-config-bytes", written.limits.max_config_bytes,
        "Bytes of one session's configuration");
  limit("--max-signature-waits", written.limits.max_signature_waits,
        "Signatures that callers have been asked for; with more, SSL_ERROR_WANT_ASYNC_JOB");
  limit("--max-stored-tickets", written.limits.max_stored_tickets,
        "Tickets that are kept for sessions with TICKET_STORAGE_STORED; the oldest give way");
}

absl::StatusOr<std::vector<ListenAddress>> judge_addresses(const Written& written) {
  std::vector<ListenAddress> addresses;
  for (const std::string& text : written.listen) {
    const auto address = parse_listen_address(text);
    if (!address.ok()) return address.status();
    const auto loopback = is_loopback(*address);
    if (!loopback.ok()) return loopback.status();
    if (!*loopback && !written.insecure) {
      return absl::InvalidArgumentError(
          absl::StrCat(text,
                       " can be reached from other machines, and callers are neither "
                       "authenticated nor encrypted; listen on a loopback address, or say "
                       "--insecure if that is meant"));
    }
    addresses.push_back(*address);
  }
  return addresses;
}

absl::Status judge_store(const Written& written, Flags& flags) {
  if (!written.key_file.empty()) {
    auto keys = ServiceKeys::read(written.key_file);
    if (!keys.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--key-file: ", keys.status().message()));
    }
    flags.keys = std::make_shared<const ServiceKeys>(*std::move(keys));
  }
  if (written.redis.empty()) return absl::OkStatus();
  auto options = redis_options(written.redis, written.redis_password_file);
  if (!options.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--redis: ", options.status().message()));
  }
  if (!flags.keys) {
    return absl::InvalidArgumentError("--redis needs --key-file: what lies there is sealed");
  }
  options->prefix = written.redis_prefix;
  flags.redis = *std::move(options);
  return absl::OkStatus();
}

Answer misuse(absl::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return {kMisuse, absl::StrCat("stepshaked: ", line, " ('stepshaked --help' lists the flags)\n")};
}

}  // namespace

std::variant<Flags, Answer> parse_flags(int argc, const char* const* argv) {
  Written written;
  CLI::App app("Serves TLS handshakes, stepped over gRPC (stepshake.v1).", "stepshaked");
  describe(app, written);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answer{0, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return Answer{0, absl::StrCat(version.what(), "\n")};
  } catch (const CLI::ParseError& error) {
    return misuse(error.what());
  }
  auto addresses = judge_addresses(written);
  if (!addresses.ok()) return misuse(absl::StrCat("--listen: ", addresses.status().message()));
  Flags flags;
  flags.listen = *std::move(addresses);
  flags.limits = written.limits;
  flags.log_level = written.log_level;
  if (const auto status = judge_store(written, flags); !status.ok()) {
    return misuse(status.message());
  }
  if (!absl::ParseDuration(written.drain_timeout, &flags.drain_timeout) ||
      flags.drain_timeout < absl::ZeroDuration() || flags.drain_timeout > absl::Hours(24)) {
    return misuse(absl::StrCat("--drain-timeout: '", written.drain_timeout,
                               "' is not a time of 0s to 24h; write it with its unit: 10s"));
  }
  return flags;
}

}  // namespace stepshake::server
