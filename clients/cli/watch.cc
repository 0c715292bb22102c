// watch: a session's steps as they happen.
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

std::string told_text(const v1::WatchSessionResponse& told) {
  if (told.has_session()) {
    return absl::StrCat("watching ", told.session().name(), " after step ", told.session().step(),
                        ", ", told.session().state(), "\n");
  }
  const std::string missed =
      told.missed_steps() == 0 ? "" : absl::StrCat("missed ", told.missed_steps(), " steps\n");
  return absl::StrCat(missed, recorded_line(told.step()), "\n");
}

absl::StatusOr<ExitStatus> run_watch(const std::string& name, const Invocation& invocation) {
  Service service(invocation.access);
  const absl::Status ended =
      service.watch(session_name(name), [&](const v1::WatchSessionResponse& told) {
        print(invocation.format == Format::kJson ? absl::StrCat(to_json(told), "\n")
                                                 : told_text(told));
      });
  if (!ended.ok()) return ended;
  return ExitStatus::kComplete;
}

}  // namespace

void add_watch(CLI::App& app, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  CLI::App& verb = *app.add_subcommand("watch", "Show a session's steps as others do them");
  verb.add_option("NAME", *name, "The session, with or without \"sessions/\"")->required();
  verb.footer(
      "Until the session is deleted, or a signal comes. Watching never slows the session: steps "
      "that are not taken in time are counted as missed.\n\n"
      "EXAMPLE\n"
      "  stepshake watch $C &\n\n"
      "EXIT STATUS\n"
      "  0 the session has ended, 2 misuse (there is no such session), 3 service unreachable\n");
  verb.callback([name, &invocation] {
    invocation.run = [name, &invocation] { return run_watch(*name, invocation); };
  });
}

}  // namespace stepshake::cli
