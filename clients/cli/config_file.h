// A SessionConfig from a file, for what has no option of its own.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/service.h"

namespace stepshake::cli {

// The file at `path`, or stdin for "-", in protobuf's JSON form: field names as in docs/api.md or in camelCase, bytes in
// base64. INVALID_ARGUMENT where it is none, has a field that a SessionConfig has not, or is for the other role.
absl::StatusOr<v1::SessionConfig> read_config(const std::string& path, v1::Role role);

}  // namespace stepshake::cli
