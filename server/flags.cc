#include "server/flags.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/config_file.h"
#include "server/flag_table.h"

namespace stepshake::server {
namespace {

constexpr int kMisuse = 2;

const char* const kFooter =
    "Each flag may also stand in the environment, in capitals (STEPSHAKED_MAX_SESSIONS=5000; a "
    "list with commas),\n"
    "or in the file of --config (max-sessions: 5000). The command line goes before the "
    "environment, and that before\n"
    "the file.\n\n"
    "Signals: SIGTERM and SIGINT drain: health says NOT_SERVING, new calls are refused, calls in\n"
    "flight end, each session's end is logged; then the exit status is 0. A second signal ends at "
    "once.\n"
    "Exit status: 0 drained, 1 cannot serve, 2 a wrong flag, wherever it stands.\n\n"
    "Once it serves it prints \"listening on HOST:PORT\" on stdout, a line for each address, and "
    "\"health on\" and "
    "\"metrics on\" lines for theirs. The log\n"
    "goes to stderr.";

void describe(CLI::App& app) {
  app.footer(kFooter);
  app.set_version_flag("--version", absl::StrCat("stepshaked ", STEPSHAKE_VERSION),
                       "Print the version and exit");
  app.add_option("--config")
      ->description("Read flags from this file, YAML; also STEPSHAKED_CONFIG")
      ->type_name("FILE");
  for (const Flag& flag : flag_table()) {
    std::string help(flag.help);
    if (flag.kind == Flag::Kind::repeated) help += "; may be repeated";
    if (flag.kind == Flag::Kind::on_or_off) {
      app.add_flag(flag.option())
          ->description(absl::StrCat(help, " [", flag.default_text, "]"))
          ->group(std::string(flag.group));
      continue;
    }
    auto* const option = app.add_option(flag.option())
                             ->description(help)
                             ->type_name(std::string(flag.type))
                             ->allow_extra_args(false)
                             ->group(std::string(flag.group));
    if (flag.kind == Flag::Kind::repeated) option->expected(1, -1);  // -1: any number
    if (!flag.default_text.empty()) option->default_str(std::string(flag.default_text));
  }
}

std::vector<Setting> from_command_line(const CLI::App& app) {
  std::vector<Setting> settings;
  for (const Flag& flag : flag_table()) {
    const CLI::Option* const option = app.get_option(flag.option());
    if (option->count() > 0) settings.push_back({&flag, option->results(), flag.option()});
  }
  return settings;
}

std::vector<Setting> from_environment(Environment environment) {
  std::vector<Setting> settings;
  for (const Flag& flag : flag_table()) {
    const std::string name = flag.environment();
    const char* const value = environment(name.c_str());
    if (value == nullptr) continue;
    std::vector<std::string> values{value};
    if (flag.kind == Flag::Kind::repeated) values = absl::StrSplit(value, ',');
    settings.push_back({&flag, std::move(values), name});
  }
  return settings;
}

// The later ones of the settings go before the earlier ones.
absl::Status take(const std::vector<Setting>& settings, WrittenFlags& written) {
  for (const Setting& setting : settings) {
    const absl::Status status = setting.flag->set(setting.values, written);
    if (!status.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(setting.where, ": ", status.message()));
    }
  }
  return absl::OkStatus();
}

absl::Status take_defaults(WrittenFlags& written) {
  for (const Flag& flag : flag_table()) {
    if (flag.default_text.empty() || flag.group.empty()) continue;
    // Those whose default depends on others are not said here.
    if (flag.kind == Flag::Kind::on_or_off && flag.default_text != "true" &&
        flag.default_text != "false") {
      continue;
    }
    const absl::Status status = flag.set({std::string(flag.default_text)}, written);
    if (!status.ok()) return absl::InternalError(absl::StrCat(flag.name, ": ", status.message()));
  }
  return absl::OkStatus();
}

// What is missing for a server that others than this machine's own programs can reach.
std::string missing_protection(const Flags& flags) {
  if (flags.tls.certificate_chain.empty()) return "TLS (--tls-cert, --tls-key)";
  if (flags.tls.client_authorities.empty() && flags.token_file.empty()) {
    return "callers' authentication (--tls-client-ca, --token-file)";
  }
  return "";
}

absl::Status judge_tls(const Flags& flags) {
  const TlsFiles& tls = flags.tls;
  if (tls.certificate_chain.empty() != tls.private_key.empty()) {
    return absl::InvalidArgumentError("--tls-cert and --tls-key need each other");
  }
  if (tls.certificate_chain.empty() && !tls.client_authorities.empty()) {
    return absl::InvalidArgumentError("--tls-client-ca needs --tls-cert and --tls-key");
  }
  return absl::OkStatus();
}

// True where only loopback is listened on.
absl::StatusOr<bool> judge_addresses(const Flags& flags) {
  bool all_loopback = true;
  for (const ListenAddress& address : flags.listen) {
    const auto loopback = is_loopback(address);
    if (!loopback.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--listen: ", loopback.status().message()));
    }
    all_loopback = all_loopback && *loopback;
    const std::string missing = missing_protection(flags);
    if (!*loopback && !missing.empty() && !flags.insecure) {
      return absl::InvalidArgumentError(absl::StrCat(
          "--listen: ", address.text(), " can be reached from other machines, and ", missing,
          " is missing; listen on a loopback address, or say --insecure if "
          "that is meant"));
    }
  }
  return all_loopback;
}

absl::Status judge_store(WrittenFlags& written) {
  if (!written.key_file.empty()) {
    auto keys = ServiceKeys::read(written.key_file);
    if (!keys.ok()) {
      return absl::InvalidArgumentError(absl::StrCat("--key-file: ", keys.status().message()));
    }
    written.flags.keys = std::make_shared<const ServiceKeys>(*std::move(keys));
  }
  if (written.redis.empty()) return absl::OkStatus();
  auto options = redis_options(written.redis, written.redis_password_file);
  if (!options.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("--redis: ", options.status().message()));
  }
  if (!written.flags.keys) {
    return absl::InvalidArgumentError("--redis needs --key-file: what lies there is sealed");
  }
  options->prefix = written.redis_prefix;
  written.flags.redis = *std::move(options);
  return absl::OkStatus();
}

absl::StatusOr<Flags> judge(WrittenFlags written) {
  Flags& flags = written.flags;
  if (auto status = judge_tls(flags); !status.ok()) return status;
  if (auto status = judge_store(written); !status.ok()) return status;
  const auto trusted = judge_addresses(flags);
  if (!trusted.ok()) return trusted.status();
  flags.policies = {written.allow_key_log.value_or(*trusted),
                    written.allow_secrets.value_or(*trusted),
                    written.allow_deterministic.value_or(*trusted),
                    written.allow_early_data_replay.value_or(*trusted)};
  return std::move(flags);
}

absl::StatusOr<Flags> collect(const CLI::App& app, Environment environment) {
  std::string config_file;
  if (const char* const named = environment("STEPSHAKED_CONFIG")) config_file = named;
  if (app.count("--config") > 0) config_file = app.get_option("--config")->results()[0];
  WrittenFlags written;
  if (auto status = take_defaults(written); !status.ok()) return status;
  if (!config_file.empty()) {
    const auto settings = read_config_file(config_file);
    if (!settings.ok()) return settings.status();
    if (auto status = take(*settings, written); !status.ok()) return status;
  }
  if (auto status = take(from_environment(environment), written); !status.ok()) return status;
  if (auto status = take(from_command_line(app), written); !status.ok()) return status;
  return judge(std::move(written));
}

Answer misuse(absl::string_view text) {
  std::string line(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return {kMisuse, absl::StrCat("stepshaked: ", line, " ('stepshaked --help' lists the flags)\n")};
}

}  // namespace

std::variant<Flags, Answer> parse_flags(int argc, const char* const* argv,
                                        Environment environment) {
  CLI::App app("Serves TLS handshakes, stepped over gRPC (stepshake.v1).", "stepshaked");
  describe(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    return Answer{0, app.help()};
  } catch (const CLI::CallForVersion& version) {
    return Answer{0, absl::StrCat(version.what(), "\n")};
  } catch (const CLI::ParseError& error) {
    return misuse(error.what());
  }
  auto flags = collect(app, environment);
  if (!flags.ok()) return misuse(flags.status().message());
  return *std::move(flags);
}

}  // namespace stepshake::server
