// How an error becomes an exit status and a line.
#include "cli/exit_status.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include "absl/strings/str_cat.h"

namespace stepshake::cli {

ExitStatus exit_status_of(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kOk: return ExitStatus::kComplete;
    case absl::StatusCode::kUnavailable:
    case absl::StatusCode::kDeadlineExceeded:
    case absl::StatusCode::kCancelled:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
    case absl::StatusCode::kUnimplemented:
    case absl::StatusCode::kDataLoss: return ExitStatus::kUnreachable;
    default: return ExitStatus::kMisuse;
  }
}

void print_error(absl::string_view text) {
  std::string line = absl::StrCat("stepshake: ", text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::replace(line.begin(), line.end(), '\r', ' ');
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace stepshake::cli
