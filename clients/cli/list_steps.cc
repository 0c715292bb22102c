// list-steps: a session's history.
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

absl::StatusOr<ExitStatus> run_list_steps(const std::string& name, const Invocation& invocation) {
  Service service(invocation.access);
  std::string page_token;
  do {
    const auto page = service.list_steps(session_name(name), page_token);
    if (!page.ok()) return page.status();
    std::string text;
    for (const v1::RecordedStep& step : page->steps()) {
      absl::StrAppend(
          &text, invocation.format == Format::kJson ? to_json(step) : recorded_line(step), "\n");
    }
    print(text);
    page_token = page->next_page_token();
  } while (!page_token.empty());
  return ExitStatus::kComplete;
}

}  // namespace

void add_list_steps(CLI::App& app, Invocation& invocation) {
  auto name = std::make_shared<std::string>();
  CLI::App& verb = *app.add_subcommand("list-steps", "Show the steps that a session's history has");
  verb.add_option("NAME", *name, "The session, with or without \"sessions/\"")->required();
  verb.footer(
      "One line a step; with -o json one object, with all that was asked and answered. A session "
      "keeps as many steps as `new --history` says.\n\n"
      "EXAMPLES\n"
      "  stepshake list-steps $C\n"
      "  stepshake list-steps $C -o json | jq -r .response.output\n\n"
      "EXIT STATUS\n"
      "  0 shown, 2 misuse (there is no such session), 3 service unreachable\n");
  verb.callback([name, &invocation] {
    invocation.run = [name, &invocation] { return run_list_steps(*name, invocation); };
  });
}

}  // namespace stepshake::cli
