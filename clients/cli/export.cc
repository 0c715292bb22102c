// export: takes a session out of the service, sealed.
#include <memory>

#include "cli/files.h"
#include "cli/service.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct ExportFlags {
  std::string name;
  std::string out = "-";
  bool history = false;
};

absl::StatusOr<ExitStatus> run_export(const ExportFlags& flags, const Invocation& invocation) {
  Service service(invocation.access);
  const auto exported = service.export_session(session_name(flags.name), flags.history);
  if (!exported.ok()) return exported.status();
  if (!exported->portable()) {
    print_error(
        "the service has no --key-file: what it exports only it can import, and only until it "
        "ends");
  }
  const absl::Status written = write_file(flags.out, exported->sealed_session());
  if (!written.ok()) return written;
  return ExitStatus::kComplete;
}

}  // namespace

void add_export(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ExportFlags>();
  CLI::App& verb =
      *app.add_subcommand("export", "Write a session to a file, sealed under the service's key");
  verb.add_option("NAME", flags->name, "The session, with or without \"sessions/\"")->required();
  verb.add_option("--out", flags->out, "Where it goes (default: -, stdout)")->type_name("FILE");
  verb.add_flag("--history", flags->history,
                "With the steps that its history keeps, which `import` and `replay` then have");
  verb.footer(
      "The session stays in the service. A service without a key file says that nobody else can "
      "import it.\n\n"
      "EXAMPLES\n"
      "  stepshake export $C --out client.session\n"
      "  stepshake export $C | stepshake import - --server other:50443\n\n"
      "EXIT STATUS\n"
      "  0 written, 2 misuse (there is no such session), 3 service unreachable\n");
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_export(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
