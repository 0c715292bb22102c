#include "server/flag_table.h"

#include <algorithm>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"

namespace stepshake::server {
namespace {

using Values = std::vector<std::string>;

absl::Status set_number(const Values& values, auto& to, std::uint64_t least = 1) {
  std::uint64_t number = 0;
  const bool digits = values[0].find_first_not_of("0123456789") == std::string::npos;
  if (!digits || !absl::SimpleAtoi(values[0], &number) || number < least || number > 1U << 30U) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", values[0], "' is not a number from ", least, " to 1073741824"));
  }
  to = number;
  return absl::OkStatus();
}

absl::Status set_duration(const Values& values, absl::Duration least, absl::Duration most,
                          absl::Duration& to) {
  if (absl::ParseDuration(values[0], &to) && to >= least && to <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("'", values[0], "' is not a time of ", absl::FormatDuration(least), " to ",
                   absl::FormatDuration(most), "; write it with its unit: 10s, 500ms, 1h30m"));
}

absl::Status set_bool(const Values& values, auto& to) {
  if (values[0] != "true" && values[0] != "false") {
    return absl::InvalidArgumentError(absl::StrCat("'", values[0], "' is not true or false"));
  }
  to = values[0] == "true";
  return absl::OkStatus();
}

absl::Status set_path(const Values& values, std::string& to) {
  if (values[0].empty()) return absl::InvalidArgumentError("is empty; it must be a file's name");
  to = values[0];
  return absl::OkStatus();
}

absl::Status set_choice(const Values& values, const std::vector<absl::string_view>& choices,
                        std::string& to) {
  if (std::find(choices.begin(), choices.end(), values[0]) == choices.end()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", values[0], "' is none of ", absl::StrJoin(choices, ", ")));
  }
  to = values[0];
  return absl::OkStatus();
}

absl::Status set_address(const Values& values, std::optional<ListenAddress>& to) {
  const auto address = parse_listen_address(values[0]);
  if (address.ok()) to = *address;
  return address.status();
}

absl::Status set_addresses(const Values& values, std::vector<ListenAddress>& to) {
  if (values.empty()) return absl::InvalidArgumentError("needs at least one HOST:PORT");
  to.clear();
  for (const std::string& text : values) {
    const auto address = parse_listen_address(text);
    if (!address.ok()) return address.status();
    to.push_back(*address);
  }
  return absl::OkStatus();
}

constexpr absl::Duration kShortestTime = absl::Milliseconds(1);
constexpr absl::Duration kLongestTime = absl::Hours(24 * 365);

constexpr absl::string_view kServing = "Serving";
constexpr absl::string_view kWho = "Who may call";
constexpr absl::string_view kPolicy = "What sessions may do (else PERMISSION_DENIED)";
constexpr absl::string_view kLimits = "Limits (what exceeds one is RESOURCE_EXHAUSTED)";
constexpr absl::string_view kTimes = "Times";
constexpr absl::string_view kStore = "Store";
constexpr absl::string_view kSeeing = "Seeing";
constexpr absl::string_view kByReach = "true where only loopback addresses are listened on";

using Kind = Flag::Kind;

std::vector<Flag> serving_flags() {
  return {
      {"listen", kServing, Kind::repeated, "HOST:PORT", "127.0.0.1:50443",
       "Address to listen on; port 0 takes a free one",
       [](const Values& values, WrittenFlags& to) {
         return set_addresses(values, to.flags.listen);
       }},
      {"health-listen", kServing, Kind::once, "HOST:PORT", "",
       "Answer health checks here too, and nothing else: without TLS, for probes that know none",
       [](const Values& values, WrittenFlags& to) {
         return set_address(values, to.flags.health_listen);
       }},
      {"reflection", kServing, Kind::on_or_off, "", "true",
       "Tell callers, without credentials, what services and messages there are",
       [](const Values& values, WrittenFlags& to) {
         return set_bool(values, to.flags.reflection);
       }},
      {"io-threads", kServing, Kind::once, "N", "",
       "Threads that take in calls, at most; without it as many as there are processors that "
       "stepshaked may use, and 2 for one. gRPC makes 2 to 16: half as many as the machine has "
       "processors",
       [](const Values& values, WrittenFlags& to) {
         return set_number(values, to.flags.io_threads);
       }},
      {"drain-timeout", kServing, Kind::once, "DURATION", "10s",
       "How long calls in flight may take to end after SIGTERM: 10s, 500ms, 1m",
       [](const Values& values, WrittenFlags& to) {
         return set_duration(values, absl::ZeroDuration(), absl::Hours(24), to.flags.drain_timeout);
       }},
  };
}

std::vector<Flag> who_flags() {
  return {
      {"tls-cert", kWho, Kind::once, "FILE", "",
       "Serve TLS with this certificate chain, PEM, the leaf first; read again when it changes",
       [](const Values& values, WrittenFlags& to) {
         return set_path(values, to.flags.tls.certificate_chain);
       }},
      {"tls-key", kWho, Kind::once, "FILE", "", "Its private key, PEM, without a passphrase",
       [](const Values& values, WrittenFlags& to) {
         return set_path(values, to.flags.tls.private_key);
       }},
      {"tls-client-ca", kWho, Kind::once, "FILE", "",
       "Ask callers for a certificate that these authorities vouch for, PEM; read again when it "
       "changes. Without --token-file every caller needs one",
       [](const Values& values, WrittenFlags& to) {
         return set_path(values, to.flags.tls.client_authorities);
       }},
      {"token-file", kWho, Kind::once, "FILE", "",
       "Callers need a bearer token of this file, a line NAME:SHA256HEX for each; read again when "
       "it changes",
       [](const Values& values, WrittenFlags& to) {
         return set_path(values, to.flags.token_file);
       }},
      {"insecure", kWho, Kind::on_or_off, "", "false",
       "Listen on other addresses than loopback although callers are not authenticated, or what "
       "they say is not encrypted",
       [](const Values& values, WrittenFlags& to) { return set_bool(values, to.flags.insecure); }},
  };
}

std::vector<Flag> policy_flags() {
  return {
      {"allow-key-log", kPolicy, Kind::on_or_off, "", kByReach,
       "Sessions with key_log, whose secrets are told",
       [](const Values& values, WrittenFlags& to) { return set_bool(values, to.allow_key_log); }},
      {"allow-secrets", kPolicy, Kind::on_or_off, "", kByReach,
       "Sessions with trace, which shows what goes over encrypted; ExportKeyingMaterial",
       [](const Values& values, WrittenFlags& to) { return set_bool(values, to.allow_secrets); }},
      {"allow-deterministic", kPolicy, Kind::on_or_off, "", kByReach,
       "Sessions whose every byte follows from a seed",
       [](const Values& values, WrittenFlags& to) {
         return set_bool(values, to.allow_deterministic);
       }},
      {"allow-early-data-replay", kPolicy, Kind::on_or_off, "", kByReach,
       "0-RTT data on sealed tickets, which may be replayed; stored tickets are always allowed",
       [](const Values& values, WrittenFlags& to) {
         return set_bool(values, to.allow_early_data_replay);
       }},
  };
}

#define LIMIT(field) \
  [](const Values& values, WrittenFlags& to) { return set_number(values, to.flags.limits.field); }

std::vector<Flag> limit_flags() {
  return {
      {"max-sessions", kLimits, Kind::once, "N", "100000", "Sessions in all", LIMIT(max_sessions)},
      {"max-sessions-per-caller", kLimits, Kind::once, "N", "10000",
       "Sessions of one caller, where callers are told apart", LIMIT(max_sessions_per_caller)},
      {"max-pending-bytes", kLimits, Kind::once, "N", "1048576",
       "Bytes of input not consumed and output not taken, of one session",
       LIMIT(max_pending_bytes)},
      {"max-session-bytes", kLimits, Kind::once, "N", "4194304",
       "Bytes of one session as it is kept: pending, handshake messages, certificates, tickets, "
       "keys",
       LIMIT(max_session_bytes)},
      {"max-config-bytes", kLimits, Kind::once, "N", "1048576",
       "Bytes of one session's configuration", LIMIT(max_config_bytes)},
      {"max-step-input", kLimits, Kind::once, "N", "1048576",
       "Bytes that one step brings, input and data; half of them where it is traced",
       LIMIT(max_step_input)},
      {"max-steps", kLimits, Kind::once, "N", "1000000", "Steps of one session", LIMIT(max_steps)},
      {"max-history-steps", kLimits, Kind::once, "N", "1000",
       "Steps that one session's history keeps", LIMIT(max_history_steps)},
      {"max-history-bytes", kLimits, Kind::once, "N", "4194304",
       "Bytes of one session's history; the oldest steps give way", LIMIT(max_history_bytes)},
      {"max-watch-buffer", kLimits, Kind::once, "N", "64",
       "Steps that a watcher may be behind; it is told of what it misses", LIMIT(max_watch_buffer)},
      {"max-signature-waits", kLimits, Kind::once, "N", "1000",
       "Signatures that callers have been asked for; with more, SSL_ERROR_WANT_ASYNC_JOB",
       LIMIT(max_signature_waits)},
      {"max-stored-tickets", kLimits, Kind::once, "N", "100000",
       "Tickets that are kept for sessions with TICKET_STORAGE_STORED; the oldest give way",
       LIMIT(max_stored_tickets)},
      {"max-streams", kLimits, Kind::once, "N", "1000", "Open streams in all", LIMIT(max_streams)},
      {"max-streams-per-caller", kLimits, Kind::once, "N", "100",
       "Open streams of one caller, where callers are told apart", LIMIT(max_streams_per_caller)},
      {"max-stream-steps", kLimits, Kind::once, "N", "1000",
       "Steps of one RunSessions stream whose results the caller has not taken; with more, it is "
       "not read from",
       LIMIT(max_stream_steps)},
      {"max-stream-bytes", kLimits, Kind::once, "N", "4194304", "Bytes of these, likewise",
       LIMIT(max_stream_bytes)},
      {"long-work-threads", kLimits, Kind::once, "N", "",
       "Threads, of a lower priority, for steps whose work is long (large RSA keys, P-384, "
       "ML-DSA, large finite fields), so that no others wait for them; without it as many as "
       "there are processors that stepshaked may use",
       LIMIT(long_work_threads)},
      {"max-long-work", kLimits, Kind::once, "N", "1000",
       "Long steps that wait for such a thread; with more, TOO_BUSY", LIMIT(max_long_work)},
      {"certificate-cache", kLimits, Kind::once, "N", "32",
       "Parsed certificates, and chains that were found good, that each thread keeps of those that "
       "it saw last; 0: none, each handshake does all of the work",
       [](const Values& values, WrittenFlags& to) {
         return set_number(values, to.flags.limits.certificate_cache, 0);
       }},
  };
}

#undef LIMIT

#define TIME_LIMIT(field)                                                            \
  [](const Values& values, WrittenFlags& to) {                                       \
    return set_duration(values, kShortestTime, kLongestTime, to.flags.limits.field); \
  }

std::vector<Flag> time_flags() {
  return {
      {"max-idle", kTimes, Kind::once, "DURATION", "30m",
       "A session that was not stepped for so long is gone", TIME_LIMIT(max_idle)},
      {"max-lifetime", kTimes, Kind::once, "DURATION", "24h",
       "A session of this age is gone; callers may ask for less (ttl)", TIME_LIMIT(max_lifetime)},
      {"max-call-time", kTimes, Kind::once, "DURATION", "1h",
       "Calls that wait and streams end after so long, whatever deadline they have",
       TIME_LIMIT(max_call_time)},
  };
}

#undef TIME_LIMIT

std::vector<Flag> store_flags() {
  return {
      {"key-file", kStore, Kind::once, "FILE", "",
       "Keys that seal what leaves this process, a line of 64 hexadecimal digits each: the first "
       "seals, all open. Without it, exported sessions are of no use to other servers",
       [](const Values& values, WrittenFlags& to) { return set_path(values, to.key_file); }},
      {"redis", kStore, Kind::once, "HOST:PORT", "",
       "Keep sessions in this Redis, for any number of servers with the same --key-file; without "
       "it they are in memory",
       [](const Values& values, WrittenFlags& to) {
         to.redis = values[0];
         return parse_listen_address(values[0]).status();
       }},
      {"redis-password-file", kStore, Kind::once, "FILE", "", "Its password, on the first line",
       [](const Values& values, WrittenFlags& to) {
         return set_path(values, to.redis_password_file);
       }},
      {"redis-prefix", kStore, Kind::once, "TEXT",
       "stepshake:", "What the names of its keys begin with",
       [](const Values& values, WrittenFlags& to) {
         to.redis_prefix = values[0];
         return values[0].empty() ? absl::InvalidArgumentError("must not be empty")
                                  : absl::OkStatus();
       }},
  };
}

std::vector<Flag> seeing_flags() {
  return {
      {"metrics-listen", kSeeing, Kind::once, "HOST:PORT", "",
       "Serve Prometheus metrics here, over HTTP at /metrics",
       [](const Values& values, WrittenFlags& to) {
         return set_address(values, to.flags.metrics_listen);
       }},
      {"log-level", kSeeing, Kind::once, "LEVEL", "info",
       "Log this and what is graver: trace, debug, info, warning, error, critical, off",
       [](const Values& values, WrittenFlags& to) {
         return set_choice(values,
                           {"trace", "debug", "info", "warning", "error", "critical", "off"},
                           to.flags.log_level);
       }},
      {"log-format", kSeeing, Kind::once, "FORMAT", "text", "text, or json: one object a line",
       [](const Values& values, WrittenFlags& to) {
         return set_choice(values, {"text", "json"}, to.flags.log_format);
       }},
  };
}

}  // namespace

std::string Flag::option() const { return absl::StrCat("--", name); }

std::string Flag::environment() const {
  return absl::StrCat("STEPSHAKED_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(name, {{"-", "_"}})));
}

const std::vector<Flag>& flag_table() {
  static const std::vector<Flag> table = [] {
    std::vector<Flag> all;
    for (auto flags : {serving_flags(), who_flags(), policy_flags(), limit_flags(), time_flags(),
                       store_flags(), seeing_flags()}) {
      all.insert(all.end(), flags.begin(), flags.end());
    }
    return all;
  }();
  return table;
}

const Flag* find_flag(absl::string_view name) {
  const auto& table = flag_table();
  const auto found = std::find_if(table.begin(), table.end(),
                                  [name](const Flag& flag) { return flag.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace stepshake::server
