// Whether a file is still the one that was read, and reading one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace stepshake::server {

// Changes when the file is written, or another one takes its name (also by a symbolic link on the way to it).
struct FileStamp {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = -1;  // -1: there is none
  std::int64_t changed_seconds = 0;
  std::int64_t changed_nanoseconds = 0;

  bool operator==(const FileStamp&) const = default;
};

// Of each of the files; empty names are left out.
std::vector<FileStamp> stamps_of(const std::vector<std::string>& files);

// INVALID_ARGUMENT with the file's name and the system's words.
absl::StatusOr<std::string> read_file(const std::string& path);

}  // namespace stepshake::server
