// import: brings an exported session into a service.
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

absl::StatusOr<ExitStatus> run_import(const std::string& file, const Invocation& invocation) {
  const auto sealed = read_file(file);
  if (!sealed.ok()) return sealed.status();
  Service service(invocation.access);
  const auto session = service.import_session(*sealed);
  if (!session.ok()) return session.status();
  print(invocation.format == Format::kJson ? absl::StrCat(to_json(*session), "\n")
                                           : absl::StrCat(session->name(), "\n"));
  return ExitStatus::kComplete;
}

}  // namespace

void add_import(CLI::App& app, Invocation& invocation) {
  auto file = std::make_shared<std::string>();
  CLI::App& verb =
      *app.add_subcommand("import", "Make a session of an exported one, and print its name");
  verb.add_option("FILE", *file, "What `export` wrote; - for stdin")->required();
  verb.footer(
      "EXAMPLE\n"
      "  C=$(stepshake import client.session)\n\n"
      "EXIT STATUS\n"
      "  0 imported, 2 misuse (it is not sealed under a key of this service), 3 service "
      "unreachable\n");
  verb.callback([file, &invocation] {
    invocation.run = [file, &invocation] { return run_import(*file, invocation); };
  });
}

}  // namespace stepshake::cli
