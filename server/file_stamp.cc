#include "server/file_stamp.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/str_cat.h"

namespace stepshake::server {
namespace {

// No file of a server's configuration is as large.
constexpr std::size_t kMostFileBytes = 16'777'216;

FileStamp stamp_of(const std::string& file) {
  struct stat found {};
  if (stat(file.c_str(), &found) != 0) return {};
  return {found.st_dev, found.st_ino, found.st_size, found.st_mtim.tv_sec, found.st_mtim.tv_nsec};
}

absl::Status cannot_read(const std::string& path, absl::string_view why) {
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", why));
}

}  // namespace

std::vector<FileStamp> stamps_of(const std::vector<std::string>& files) {
  std::vector<FileStamp> stamps;
  for (const std::string& file : files) {
    if (!file.empty()) stamps.push_back(stamp_of(file));
  }
  return stamps;
}

absl::StatusOr<std::string> read_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return cannot_read(path, std::strerror(errno));
  std::string text;
  std::array<char, 65'536> buffer{};
  ssize_t size = 0;
  while (text.size() <= kMostFileBytes && (size = read(fd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
  }
  const int error = size < 0 ? errno : 0;
  close(fd);
  if (error != 0) return cannot_read(path, std::strerror(error));
  if (text.size() > kMostFileBytes) return cannot_read(path, "is larger than 16 MiB");
  return text;
}

}  // namespace stepshake::server
