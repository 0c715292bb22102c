// new: makes a session to be stepped by hand.
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "cli/json.h"
#include "cli/session_flags.h"
#include "cli/stepping_flags.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct NewFlags {
  std::string role = "none";
  SessionFlags session;
  SteppingFlags stepping;
  std::string ttl;
};

// "10m", as the service's own flags have it.
absl::StatusOr<std::optional<absl::Duration>> ttl_of(const NewFlags& flags) {
  if (flags.ttl.empty()) return std::nullopt;
  absl::Duration ttl;
  if (!absl::ParseDuration(flags.ttl, &ttl) || ttl <= absl::ZeroDuration() ||
      ttl > absl::Hours(24 * 365)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--ttl: '", flags.ttl, "' is no time that a session can have; write 10m, 1h30m"));
  }
  return ttl;
}

absl::StatusOr<ExitStatus> run_new(const NewFlags& flags, const Invocation& invocation) {
  const v1::Role role = flags.role == "client"   ? v1::ROLE_CLIENT
                        : flags.role == "server" ? v1::ROLE_SERVER
                                                 : v1::ROLE_UNSPECIFIED;
  Service service(invocation.access);
  CodePointNames names(service);
  auto config = build_config(flags.session, role, names);
  if (!config.ok()) return config.status();
  set_stepping(flags.stepping, *config);
  const auto ttl = ttl_of(flags);
  if (!ttl.ok()) return ttl.status();
  const auto session = service.create(*config, *ttl);
  if (!session.ok()) return session.status();
  print(invocation.format == Format::kJson ? absl::StrCat(to_json(*session), "\n")
                                           : absl::StrCat(session->name(), "\n"));
  return ExitStatus::kComplete;
}

}  // namespace

void add_new(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<NewFlags>();
  CLI::App& verb = *app.add_subcommand("new", "Make a session to step by hand, and print its name");
  verb.add_option("ROLE", flags->role,
                  "client, server, or none: then the first call of connect or accept decides")
      ->check(CLI::IsMember({"client", "server", "none"}).description(""));
  verb.add_option("--ttl", flags->ttl,
                  "How long the session may be there: 30s, 10m, 1h30m (default: as long as the "
                  "service lets it)")
      ->type_name("DURATION");
  add_negotiation_options(verb, flags->session, "", "Negotiation");
  add_servername_options(verb, flags->session, "Client");
  add_identity_options(verb, flags->session, "", "Identity");
  add_remote_identity_option(verb, flags->session, "Identity");
  add_trust_options(verb, flags->session, "", "Trust");
  add_client_auth_options(verb, flags->session, "Server");
  add_granularity_option(verb, flags->stepping, "Stepping");
  add_stop_options(verb, flags->stepping, "Stepping");
  add_trace_options(verb, flags->stepping, "Stepping");
  add_record_options(verb, flags->stepping, "Recording");
  verb.footer(absl::StrCat(
      "A server shows the test identity \"ecdsa\" unless it is given another.\n\n", kListsHelp,
      "\nEXAMPLE: a handshake by hand\n"
      "  C=$(stepshake new client --test-ca) S=$(stepshake new server)\n"
      "  stepshake step $C | stepshake step $S --in - | stepshake step $C --in - |\n"
      "    stepshake step $S --in - >/dev/null\n"
      "  stepshake show $C; stepshake rm $C $S\n\n"
      "EXIT STATUS\n"
      "  0 the session is made, 2 misuse, 3 service unreachable\n"));
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_new(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
