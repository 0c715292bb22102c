// From options to the fields of SessionConfig that are about stepping.
#include "cli/stepping_flags.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/files.h"

namespace stepshake::cli {
namespace {

constexpr uint32_t kMostOutputCapacity = 1048576;  // the service's bound
constexpr size_t kSeedSize = 32;

}  // namespace

void add_granularity_option(CLI::App& app, SteppingFlags& flags, const std::string& group) {
  app.add_option("--granularity", flags.granularity,
                 "A call comes back when it is done or cannot go on (call, the default), after "
                 "each handshake message (message), or after each record (record); the last two "
                 "with SSL_ERROR_WANT_STEP until the handshake is done")
      ->type_name("HOW")
      ->check(CLI::IsMember({"call", "message", "record"}).description(""))
      ->group(group);
}

void add_trace_options(CLI::App& app, SteppingFlags& flags, const std::string& group) {
  app.add_flag("--trace", flags.trace,
               "Each step tells what went over: records, messages with their fields, new keys")
      ->group(group);
  app.add_flag("--key-log", flags.key_log,
               "Each step tells its secrets, in the format of SSLKEYLOGFILE: they open the "
               "session's traffic to whoever reads them")
      ->group(group);
}

void add_stop_options(CLI::App& app, SteppingFlags& flags, const std::string& group) {
  app.add_option("--pause-on", flags.pause_on,
                 "Where the handshake stops for your word (step --answer), separated by commas: "
                 "client_hello, certificate (before its own is chosen), verify (at the peer's)")
      ->type_name("POINTS")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"client_hello", "certificate", "verify"}).description(""))
      ->group(group);
  app.add_option("--output-capacity", flags.output_capacity,
                 "Output goes through a BIO pair of N bytes: a call with more to say returns "
                 "SSL_ERROR_WANT_WRITE, and goes on when it is repeated")
      ->type_name("N")
      ->check(CLI::Range(uint32_t{1}, kMostOutputCapacity).description(""))
      ->group(group);
  app.add_flag("--blocking", flags.blocking,
               "A step waits for the bytes that other steps bring, instead of returning "
               "SSL_ERROR_WANT_READ (step --timeout says how long)")
      ->group(group);
  app.add_option("--method", flags.method,
                 "As TLS_client_method (client) or TLS_server_method (server): a handshake in the "
                 "other role returns 0, SSL_ERROR_SSL")
      ->type_name("ROLE")
      ->check(CLI::IsMember({"client", "server"}).description(""))
      ->group(group);
}

void add_record_options(CLI::App& app, SteppingFlags& flags, const std::string& group) {
  app.add_option("--history", flags.history_steps,
                 "Keep the last N steps, for list-steps, fork --step and replay")
      ->type_name("N")
      ->group(group);
  auto* const seed =
      app.add_option("--seed", flags.seed,
                     "NOT FOR PRODUCTION: draw all chance from these 32 bytes, in hexadecimal, and "
                     "let the clock stand: the same steps then send the same bytes each time")
          ->type_name("HEX")
          ->check(CLI::Validator(
              [](const std::string& text) {
                const auto bytes = from_hex(text);
                return std::string(bytes.ok() && bytes->size() == kSeedSize
                                       ? ""
                                       : "must be 64 hexadecimal digits");
              },
              ""))
          ->group(group);
  app.add_option(
         "--clock", flags.clock,
         "With --seed: where the clock stands, seconds since 1970 (default: at this moment)")
      ->type_name("SECONDS")
      ->needs(seed)
      ->group(group);
}

void set_stepping(const SteppingFlags& flags, v1::SessionConfig& config) {
  for (const std::string& point : flags.pause_on) {
    v1::PausePoint value = v1::PAUSE_POINT_UNSPECIFIED;
    v1::PausePoint_Parse(absl::StrCat("PAUSE_POINT_", absl::AsciiStrToUpper(point)), &value);
    config.add_pause_on(value);
  }
  if (!flags.granularity.empty()) {
    v1::Granularity value = v1::GRANULARITY_UNSPECIFIED;
    v1::Granularity_Parse(absl::StrCat("GRANULARITY_", absl::AsciiStrToUpper(flags.granularity)),
                          &value);
    config.set_granularity(value);
  }
  if (!flags.method.empty()) {
    config.set_method(flags.method == "client" ? v1::ROLE_CLIENT : v1::ROLE_SERVER);
  }
  config.set_history_steps(flags.history_steps);
  if (!flags.seed.empty()) {
    v1::Deterministic& deterministic = *config.mutable_deterministic();
    deterministic.set_seed(from_hex(flags.seed).value());
    deterministic.mutable_time()->set_seconds(flags.clock != 0 ? flags.clock
                                                               : absl::ToUnixSeconds(absl::Now()));
  }
  config.set_output_capacity(flags.output_capacity);
  config.set_trace(flags.trace);
  config.set_key_log(flags.key_log);
  config.set_blocking(flags.blocking);
}

}  // namespace stepshake::cli
