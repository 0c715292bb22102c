// show: all that can be seen of a session.
#include <google/protobuf/util/time_util.h>

#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/facts.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

std::string session_text(const v1::Session& session) {
  std::string text = absl::StrCat(session.name(), "\n");
  const auto line = [&](absl::string_view label, absl::string_view value) {
    constexpr size_t kLabelWidth = 21;
    absl::StrAppend(&text, "  ", label, std::string(kLabelWidth - label.size(), ' '), value, "\n");
  };
  line("role", role_name(session.role()));
  line("state", session.state());
  line("steps", absl::StrCat(session.step()));
  line("handshake complete", session.handshake_complete() ? "yes" : "no");
  line("pending", absl::StrCat(session.pending_input_bytes(), " bytes in, ",
                               session.pending_output_bytes(), " bytes out"));
  using google::protobuf::util::TimeUtil;
  if (session.has_create_time()) line("created", TimeUtil::ToString(session.create_time()));
  if (session.has_update_time()) line("last step", TimeUtil::ToString(session.update_time()));
  if (session.has_failure()) {
    line("failed",
         absl::StrCat("at step ", session.failure().step(), ": ", failure_text(session.failure())));
  }
  return absl::StrCat(text, facts_text(session.negotiated()));
}

absl::StatusOr<ExitStatus> run_show(const std::vector<std::string>& names,
                                    const Invocation& invocation) {
  Service service(invocation.access);
  for (const std::string& name : names) {
    const auto session = service.get(session_name(name));
    if (!session.ok()) return session.status();
    print(invocation.format == Format::kJson ? absl::StrCat(to_json(*session), "\n")
                                             : session_text(*session));
  }
  return ExitStatus::kComplete;
}

}  // namespace

void add_show(CLI::App& app, Invocation& invocation) {
  auto names = std::make_shared<std::vector<std::string>>();
  CLI::App& verb = *app.add_subcommand("show", "Show sessions: state, what is agreed, failure");
  verb.add_option("NAME", *names, "Sessions, with or without \"sessions/\"")->required();
  verb.footer(
      "EXAMPLES\n"
      "  stepshake show $C\n"
      "  stepshake show $C -o json | jq .config\n\n"
      "EXIT STATUS\n"
      "  0 shown, 2 misuse (there is no such session), 3 service unreachable\n");
  verb.callback([names, &invocation] {
    invocation.run = [names, &invocation] { return run_show(*names, invocation); };
  });
}

}  // namespace stepshake::cli
