#include "server/config_file.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "absl/strings/str_cat.h"

namespace stepshake::server {
namespace {

std::string place(const std::string& path, const YAML::Mark& mark) {
  return absl::StrCat(path, ":", mark.line + 1);
}

absl::Status refused(const std::string& path, const YAML::Mark& mark, absl::string_view text) {
  return absl::InvalidArgumentError(absl::StrCat(place(path, mark), ": ", text));
}

absl::StatusOr<std::vector<std::string>> values_of(const std::string& path, const Flag& flag,
                                                   const YAML::Node& node) {
  if (node.IsScalar()) return std::vector<std::string>{node.Scalar()};
  if (!node.IsSequence() || flag.kind != Flag::Kind::repeated) {
    return refused(path, node.Mark(), absl::StrCat(flag.name, ": needs one plain value"));
  }
  std::vector<std::string> values;
  for (const YAML::Node& item : node) {
    if (!item.IsScalar()) {
      return refused(path, item.Mark(), absl::StrCat(flag.name, ": needs a list of plain values"));
    }
    values.push_back(item.Scalar());
  }
  return values;
}

absl::StatusOr<std::vector<Setting>> settings_of(const std::string& path, const YAML::Node& root) {
  std::vector<Setting> settings;
  if (root.IsNull()) return settings;  // a file of comments
  if (!root.IsMap()) {
    return refused(path, root.Mark(),
                   "is not a mapping; write one flag a line: max-sessions: 5000");
  }
  for (const auto& entry : root) {
    const YAML::Node& key = entry.first;
    const std::string name = key.IsScalar() ? key.Scalar() : "";
    const Flag* const flag = find_flag(name);
    if (flag == nullptr) {
      return refused(path, key.Mark(),
                     absl::StrCat("there is no flag '", name, "'; 'stepshaked --help' lists them"));
    }
    const bool twice = std::any_of(settings.begin(), settings.end(),
                                   [&](const Setting& earlier) { return earlier.flag == flag; });
    if (twice) return refused(path, key.Mark(), absl::StrCat(name, ": is there already"));
    auto values = values_of(path, *flag, entry.second);
    if (!values.ok()) return values.status();
    settings.push_back(
        {flag, *std::move(values), absl::StrCat(place(path, key.Mark()), ": ", name)});
  }
  return settings;
}

}  // namespace

absl::StatusOr<std::vector<Setting>> read_config_file(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", std::strerror(errno)));
  }
  // yaml-cpp throws; nothing of it leaves this function.
  try {
    const auto documents = YAML::LoadAll(file);
    if (documents.empty()) return std::vector<Setting>{};
    if (documents.size() > 1) return refused(path, documents[1].Mark(), "is a second document");
    return settings_of(path, documents[0]);
  } catch (const YAML::Exception& error) {
    return refused(path, error.mark, error.msg);
  } catch (const std::ios_base::failure& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": cannot be read"));
  }
}

}  // namespace stepshake::server
