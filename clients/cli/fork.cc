// fork: copies a session, as it is or as it was.
#include <memory>
#include <optional>

#include "absl/strings/str_cat.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct ForkFlags {
  std::string name;
  std::optional<uint64_t> step;
};

absl::StatusOr<ExitStatus> run_fork(const ForkFlags& flags, const Invocation& invocation) {
  Service service(invocation.access);
  const auto session = service.fork(session_name(flags.name), flags.step);
  if (!session.ok()) return session.status();
  print(invocation.format == Format::kJson ? absl::StrCat(to_json(*session), "\n")
                                           : absl::StrCat(session->name(), "\n"));
  return ExitStatus::kComplete;
}

}  // namespace

void add_fork(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ForkFlags>();
  CLI::App& verb = *app.add_subcommand("fork", "Copy a session, and print the copy's name");
  verb.add_option("NAME", flags->name, "The session, with or without \"sessions/\"")->required();
  verb.add_option("--step", flags->step,
                  "As it was after this step, 0 before the first; the session's history must reach "
                  "so far (new --history). Default: as it is")
      ->type_name("N");
  verb.footer(
      "EXAMPLES\n"
      "  D=$(stepshake fork $C)\n"
      "  D=$(stepshake fork $C --step 1)\n\n"
      "EXIT STATUS\n"
      "  0 copied, 2 misuse (there is no such session, or step), 3 service unreachable\n");
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_fork(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
