// Every flag of stepshaked, once: the command line, the environment and the configuration file are read by this table.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/written_flags.h"

namespace stepshake::server {

// Takes the values in; INVALID_ARGUMENT says what would be right.
using SetFlag = absl::Status (*)(const std::vector<std::string>& values, WrittenFlags& flags);

struct Flag {
  enum class Kind { once, repeated, on_or_off };

  absl::string_view
      name;  // "max-sessions": also the key in the file; "--max-sessions" on the command line
  absl::string_view group;
  Kind kind;
  absl::string_view type;          // "N"
  absl::string_view default_text;  // for --help
  absl::string_view help;
  SetFlag set;

  [[nodiscard]] std::string option() const;       // "--max-sessions"
  [[nodiscard]] std::string environment() const;  // "STEPSHAKED_MAX_SESSIONS"
};

// In the order of --help.
const std::vector<Flag>& flag_table();

// Null where there is none of the name.
const Flag* find_flag(absl::string_view name);

}  // namespace stepshake::server
