// rm: ends sessions, and has the service forget them.
#include <memory>
#include <vector>

#include "cli/service.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct RmFlags {
  std::vector<std::string> names;
  bool all = false;
  bool force = false;
};

absl::StatusOr<std::vector<std::string>> all_names(Service& service) {
  std::vector<std::string> names;
  std::string page_token;
  do {
    const auto page = service.list(page_token);
    if (!page.ok()) return page.status();
    for (const v1::Session& session : page->sessions()) names.push_back(session.name());
    page_token = page->next_page_token();
  } while (!page_token.empty());
  return names;
}

// Goes on after a name that is not there, as rm(1) does.
absl::StatusOr<ExitStatus> run_rm(const RmFlags& flags, const Invocation& invocation) {
  Service service(invocation.access);
  std::vector<std::string> names = flags.names;
  if (flags.all) {
    auto all = all_names(service);
    if (!all.ok()) return all.status();
    names = std::move(*all);
  }
  ExitStatus exit_status = ExitStatus::kComplete;
  for (const std::string& name : names) {
    const absl::Status status = service.remove(session_name(name));
    // With --all somebody else may have been quicker.
    if (status.ok() || (absl::IsNotFound(status) && (flags.all || flags.force))) continue;
    if (exit_status_of(status) == ExitStatus::kUnreachable) return status;
    print_error(status.message());
    exit_status = exit_status_of(status);
  }
  return exit_status;
}

}  // namespace

void add_rm(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<RmFlags>();
  CLI::App& verb = *app.add_subcommand("rm", "Delete sessions");
  auto* const names =
      verb.add_option("NAME", flags->names, "Sessions, with or without \"sessions/\"");
  auto* const all = verb.add_flag("--all", flags->all, "Every session that `list` shows");
  names->excludes(all);
  verb.add_flag("-f,--force", flags->force, "A session that is not there is no error");
  verb.footer(
      "EXAMPLES\n"
      "  stepshake rm $C $S\n"
      "  stepshake rm --all\n\n"
      "EXIT STATUS\n"
      "  0 deleted, 2 misuse (there is no such session), 3 service unreachable\n");
  verb.callback([flags, &invocation] {
    if (flags->names.empty() && !flags->all) {
      throw CLI::ValidationError("rm", "name a session, or give --all");
    }
    invocation.run = [flags, &invocation] { return run_rm(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
