// The verbs. Each add_* hangs its subcommand into the program; running it is then invocation.run.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/exit_status.h"
#include "cli/service_access.h"

namespace stepshake::cli {

enum class Format { kText, kJson };

struct Invocation {
  ServiceAccess access;
  Format format = Format::kText;
  std::function<absl::StatusOr<ExitStatus>()> run;
};

void add_pair(CLI::App& app, Invocation& invocation);
void add_connect(CLI::App& app, Invocation& invocation);
void add_accept(CLI::App& app, Invocation& invocation);
void add_new(CLI::App& app, Invocation& invocation);
void add_step(CLI::App& app, Invocation& invocation);
void add_show(CLI::App& app, Invocation& invocation);
void add_list(CLI::App& app, Invocation& invocation);
void add_rm(CLI::App& app, Invocation& invocation);
void add_fork(CLI::App& app, Invocation& invocation);
void add_export(CLI::App& app, Invocation& invocation);
void add_import(CLI::App& app, Invocation& invocation);
void add_list_steps(CLI::App& app, Invocation& invocation);
void add_watch(CLI::App& app, Invocation& invocation);
void add_replay(CLI::App& app, Invocation& invocation);

// To stdout, and out of its buffer: somebody may be reading along. For any thread.
void print(absl::string_view text);

// 128 and the signal, as a shell would have it.
inline ExitStatus interrupted_by(int signal) {
  return static_cast<ExitStatus>(static_cast<int>(ExitStatus::kInterrupted) + signal);
}

// What the lists of code points may hold, for the verbs' help.
inline constexpr absl::string_view kListsHelp =
    "LISTS\n"
    "  A LIST names code points, separated by colons or commas: by IANA's name (x25519, "
    "TLS_AES_128_GCM_SHA256, ecdsa_secp256r1_sha256), by OpenSSL's (P-256, ECDSA+SHA256), in any "
    "case, or by number (0x1301). A name that the service does not know is refused, with a list of "
    "those that it knows; a number is passed on as it is.\n";

}  // namespace stepshake::cli
