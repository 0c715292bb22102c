// step --answer: the caller's word to a session that has stopped for it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "cli/code_points.h"
#include "cli/service.h"
#include "cli/session_flags.h"

namespace stepshake::cli {

struct AnswerFlags {
  std::string kind;  // empty: no answer
  std::optional<std::string> alert;
  std::optional<std::string> signature;  // a file
  SessionFlags session;                  // what to present, or the changed configuration
};

void add_answer_options(CLI::App& app, AnswerFlags& flags);

// The answer, or nothing where none is given. An option that does not belong to the kind of answer
// is an error.
absl::StatusOr<std::optional<v1::Answer>> build_answer(const AnswerFlags& flags,
                                                       CodePointNames& names);

}  // namespace stepshake::cli
