// How the program ends, and how an error becomes one line on stderr.
// An absl::Status in this program is always a misuse or a trouble with the service; a peer that
// cannot be reached and a handshake that fails are results, not errors.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace stepshake::cli {

enum class ExitStatus : int {
  kComplete = 0,  // the handshake is complete, or the verb did what it was asked for
  kFailed = 1,    // the handshake failed, or the peer could not be reached
  kMisuse = 2,  // the command line, or a file it names, cannot work; the service refused a request
  kUnreachable = 3,    // no answer from the service
  kInterrupted = 128,  // plus the signal's number
};

// kMisuse for what the service refuses with good reason, kUnreachable for what is its own trouble.
ExitStatus exit_status_of(const absl::Status& status);

// "stepshake: <text>" and a newline on stderr, in one write; line breaks in `text` become blanks.
void print_error(absl::string_view text);

}  // namespace stepshake::cli
