// The configuration file: YAML, one mapping of flags' names, without their dashes, to their values.
//
//     listen: [127.0.0.1:50443, "[::1]:50443"]
//     max-sessions: 5000
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/flag_table.h"

namespace stepshake::server {

// A flag as it was written somewhere.
struct Setting {
  const Flag* flag;
  std::vector<std::string> values;
  std::string
      where;  // "--max-sessions", "STEPSHAKED_MAX_SESSIONS", "stepshaked.yaml:3: max-sessions"
};

// INVALID_ARGUMENT, with the file's name and the line, for what is no such mapping, a key that is no flag, or one twice.
absl::StatusOr<std::vector<Setting>> read_config_file(const std::string& path);

}  // namespace stepshake::server
