#include "cli/config_file.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "cli/files.h"

namespace stepshake::cli {

absl::StatusOr<v1::SessionConfig> read_config(const std::string& path, v1::Role role) {
  const auto text = read_file(path);
  if (!text.ok())
    return absl::Status(text.status().code(), absl::StrCat("--config: ", text.status().message()));
  v1::SessionConfig config;
  const auto parsed = google::protobuf::util::JsonStringToMessage(*text, &config);
  if (!parsed.ok()) {
    const absl::string_view why(parsed.message().data(), parsed.message().size());
    return absl::InvalidArgumentError(absl::StrCat(
        "--config: ", path, " is no SessionConfig in JSON (docs/api.md lists its fields): ", why));
  }
  if (config.role() != v1::ROLE_UNSPECIFIED && config.role() != role) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--config: ", path, " has a role that is not this session's; leave \"role\" out"));
  }
  config.set_role(role);
  return config;
}

}  // namespace stepshake::cli
