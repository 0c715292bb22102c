// stepshake: the command line of the Stepshake service.
#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_status.h"
#include "cli/help.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

constexpr const char* kFooter =
    "Each verb has its own --help, with examples.\n\n"
    "EXAMPLES\n"
    "  stepshake pair                   two sessions of the service, step by step\n"
    "  stepshake connect localhost:4433 with a real TLS server\n"
    "  stepshake accept 4433 --www      with real TLS clients\n"
    "  C=$(stepshake new client); stepshake step $C | xxd\n\n"
    "EXIT STATUS\n"
    "  0 handshake complete, or done what was asked for\n"
    "  1 handshake failed, or the peer could not be reached\n"
    "  2 misuse: options, files, names of sessions\n"
    "  3 service unreachable\n\n"
    "ENVIRONMENT\n"
    "  STEPSHAKE_SERVER  as --server\n"
    "  STEPSHAKE_SERVICE_CA, STEPSHAKE_SERVICE_CERT, STEPSHAKE_SERVICE_KEY  as --service-ca, ...\n"
    "  STEPSHAKE_TOKEN   the bearer token itself\n"
    "  NO_COLOR          no colours\n";

void add_globals(CLI::App& app, Invocation& invocation) {
  add_service_options(app, invocation.access);
  app.add_option_function<std::string>(
         "-o,--output",
         [&invocation](const std::string& format) {
           invocation.format = format == "json" ? Format::kJson : Format::kText;
         },
         "text (default), or json: one object a line")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"text", "json"}).description(""));
  app.set_version_flag("--version", "stepshake " STEPSHAKE_VERSION, "Print the version");
  app.set_help_flag("-h,--help", "Print this help");
}

void add_verbs(CLI::App& app, Invocation& invocation) {
  for (const auto add :
       {add_pair, add_connect, add_accept, add_new, add_step, add_show, add_list, add_rm, add_fork,
        add_export, add_import, add_list_steps, add_watch, add_replay}) {
    add(app, invocation);
  }
  for (CLI::App* verb : app.get_subcommands({})) {
    verb->fallthrough();  // the options of every verb may stand after it
    verb->set_help_flag("-h,--help", "Print this help");
  }
}

// CLI11 says "A subcommand is required" to both no verb and a wrong one.
std::string explain(const CLI::App& app, const CLI::ParseError& error) {
  const auto chosen = app.get_subcommands();
  if (!chosen.empty()) {
    return absl::StrCat(error.what(), "; see 'stepshake ", chosen.front()->get_name(), " --help'");
  }
  if (error.get_name() != "RequiredError") {
    return absl::StrCat(error.what(), "; see 'stepshake --help'");
  }
  const auto words = app.remaining();
  if (!words.empty() && absl::StartsWith(words[0], "-")) {
    return absl::StrCat("there is no option ", words[0], "; see 'stepshake --help'");
  }
  return absl::StrCat(
      words.empty() ? "which verb?" : absl::StrCat("there is no verb '", words[0], "':"),
      " pair, connect, accept, new, step, show, list, rm, fork, export, import, list-steps, watch "
      "or "
      "replay; see 'stepshake --help'");
}

int run(int argc, char** argv) {
  CLI::App app("Stepshake: TLS handshakes, stepped in a remote service", "stepshake");
  Invocation invocation;
  app.formatter(std::make_shared<HelpFormatter>());
  app.require_subcommand(1);
  app.footer(kFooter);
  add_globals(app, invocation);
  add_verbs(app, invocation);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    print_error(explain(app, error));
    return static_cast<int>(ExitStatus::kMisuse);
  }
  if (const absl::Status status = load(invocation.access); !status.ok()) {
    print_error(status.message());
    return static_cast<int>(exit_status_of(status));
  }
  const absl::StatusOr<ExitStatus> ended = invocation.run();
  if (ended.ok()) return static_cast<int>(*ended);
  print_error(ended.status().message());
  return static_cast<int>(exit_status_of(ended.status()));
}

}  // namespace
}  // namespace stepshake::cli

int main(int argc, char** argv) {
  // A reader that has gone is an error of write(2): sessions are still to be deleted.
  std::signal(SIGPIPE, SIG_IGN);
  // gRPC would write its own lines to stderr.
  setenv("GRPC_VERBOSITY", "NONE", 0);
  try {
    const int status = stepshake::cli::run(argc, argv);
    const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
    if (written || status >= static_cast<int>(stepshake::cli::ExitStatus::kMisuse)) return status;
    stepshake::cli::print_error("cannot write to standard output");
  } catch (const std::exception& error) {
    stepshake::cli::print_error(error.what());
  }
  return static_cast<int>(stepshake::cli::ExitStatus::kMisuse);
}
