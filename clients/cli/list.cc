// list: the sessions that the service holds.
#include <google/protobuf/util/time_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

std::string row(absl::string_view name, absl::string_view role, absl::string_view steps,
                absl::string_view state, absl::string_view created) {
  return absl::StrFormat("%-41s  %-6s  %5s  %-20s  %s\n", name, role, steps, state, created);
}

std::string session_row(const v1::Session& session) {
  google::protobuf::Timestamp created = session.create_time();
  created.set_nanos(0);
  return row(session.name(), role_name(session.role()), absl::StrCat(session.step()),
             session.state(), google::protobuf::util::TimeUtil::ToString(created));
}

absl::StatusOr<ExitStatus> run_list(const Invocation& invocation) {
  Service service(invocation.access);
  std::string page_token;
  bool first = true;
  do {
    const auto page = service.list(page_token);
    if (!page.ok()) return page.status();
    std::string text;
    if (invocation.format == Format::kText && first && page->sessions_size() > 0) {
      text = row("NAME", "ROLE", "STEPS", "STATE", "CREATED");
    }
    for (const v1::Session& session : page->sessions()) {
      absl::StrAppend(&text, invocation.format == Format::kJson
                                 ? absl::StrCat(to_json(session), "\n")
                                 : session_row(session));
    }
    print(text);
    page_token = page->next_page_token();
    first = false;
  } while (!page_token.empty());
  return ExitStatus::kComplete;
}

}  // namespace

void add_list(CLI::App& app, Invocation& invocation) {
  CLI::App& verb = *app.add_subcommand("list", "List the service's sessions, oldest first");
  verb.footer(
      "With -o json each session is one line.\n\n"
      "EXIT STATUS\n"
      "  0 listed, 2 misuse, 3 service unreachable\n");
  verb.callback([&invocation] { invocation.run = [&invocation] { return run_list(invocation); }; });
}

}  // namespace stepshake::cli
