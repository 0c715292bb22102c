// replay: does a session's steps again, and says where they depart.
#include <memory>

#include "absl/strings/str_cat.h"
#include "cli/files.h"
#include "cli/json.h"
#include "cli/service.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

struct ReplayFlags {
  std::string name;
  std::string in;
};

std::string departure_text(const v1::Departure& departure) {
  std::string text = absl::StrCat("step ", departure.step(), " departs in ", departure.field());
  if (departure.field() == "output") {
    absl::StrAppend(&text, " at byte ", departure.byte(), " (", departure.output_offset(),
                    " of all the session's)");
  }
  return absl::StrCat(text, "\n  recorded: ", step_line(departure.recorded()),
                      "\n  replayed: ", step_line(departure.replayed()), "\n");
}

std::string replay_text(const v1::ReplaySessionResponse& replay) {
  const std::string steps =
      replay.first_step() == replay.last_step()
          ? absl::StrCat("step ", replay.first_step())
          : absl::StrCat("steps ", replay.first_step(), " to ", replay.last_step());
  return replay.has_departure() ? departure_text(replay.departure())
                                : absl::StrCat(steps, ": every byte as it was\n");
}

absl::StatusOr<ExitStatus> run_replay(const ReplayFlags& flags, const Invocation& invocation) {
  v1::ReplaySessionRequest request;
  if (flags.in.empty()) {
    request.set_name(session_name(flags.name));
  } else {
    auto sealed = read_file(flags.in);
    if (!sealed.ok()) return sealed.status();
    request.set_sealed_session(*std::move(sealed));
  }
  Service service(invocation.access);
  const auto replay = service.replay(request);
  if (!replay.ok()) return replay.status();
  print(invocation.format == Format::kJson ? absl::StrCat(to_json(*replay), "\n")
                                           : replay_text(*replay));
  return replay->has_departure() ? ExitStatus::kFailed : ExitStatus::kComplete;
}

}  // namespace

void add_replay(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ReplayFlags>();
  CLI::App& verb =
      *app.add_subcommand("replay", "Do a session's recorded steps again, and compare the answers");
  auto* const name =
      verb.add_option("NAME", flags->name, "The session, with or without \"sessions/\"");
  auto* const in =
      verb.add_option("-i,--in", flags->in, "Instead: what `export --history` wrote; - for stdin")
          ->type_name("FILE");
  name->excludes(in);
  verb.footer(
      "The session is left as it is. Steps of a session with --seed give the same bytes each time; "
      "of others at least signatures differ.\n\n"
      "EXAMPLES\n"
      "  C=$(stepshake new client --history 100 --seed $(openssl rand -hex 32))\n"
      "  stepshake step $C >hello; stepshake replay $C\n"
      "  stepshake export $C --history --out golden; stepshake replay --in golden\n\n"
      "EXIT STATUS\n"
      "  0 every answer as it was, 1 one departs, 2 misuse, 3 service unreachable\n");
  verb.callback([flags, &invocation] {
    if (flags->name.empty() && flags->in.empty()) {
      throw CLI::ValidationError("replay", "name a session, or give --in");
    }
    invocation.run = [flags, &invocation] { return run_replay(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
