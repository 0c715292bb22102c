// Files, hexadecimal, and the blocks of PEM files.
#include "cli/files.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stepshake::cli {
namespace {

constexpr size_t kLargestFile = size_t{16} << 20;
constexpr absl::string_view kBegin = "-----BEGIN ";
constexpr absl::string_view kEnd = "-----END ";
constexpr absl::string_view kDashes = "-----";

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

absl::Status file_error(absl::string_view doing, absl::string_view path, int error) {
  return absl::InvalidArgumentError(
      absl::StrCat("cannot ", doing, " ", path, ": ", std::strerror(error)));
}

absl::StatusOr<std::string> read_all(std::FILE* file, absl::string_view name) {
  std::string bytes;
  char piece[16384];
  for (;;) {
    const size_t count = std::fread(piece, 1, sizeof piece, file);
    bytes.append(piece, count);
    if (bytes.size() > kLargestFile) {
      return absl::InvalidArgumentError(absl::StrCat(name, " is larger than 16 MiB"));
    }
    if (count < sizeof piece) break;
  }
  if (std::ferror(file)) return file_error("read", name, errno);
  return bytes;
}

// 0 to 15; -1 for what is no digit. (absl::HexStringToBytes has changed its form between releases.)
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

absl::StatusOr<std::string> read_file(const std::string& path) {
  if (path == "-") return read_all(stdin, "standard input");
  const File file(std::fopen(path.c_str(), "rb"));
  if (!file) return file_error("open", path, errno);
  return read_all(file.get(), path);
}

absl::Status write_file(const std::string& path, absl::string_view bytes) {
  if (path == "-") {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    if (std::fflush(stdout) != 0) return file_error("write to", "standard output", errno);
    return absl::OkStatus();
  }
  File file(std::fopen(path.c_str(), "wb"));
  if (!file) return file_error("open", path, errno);
  std::fwrite(bytes.data(), 1, bytes.size(), file.get());
  // Closing flushes: a full disk may show only there.
  if (std::fclose(file.release()) != 0) return file_error("write to", path, errno);
  return absl::OkStatus();
}

absl::StatusOr<std::string> from_hex(absl::string_view text) {
  std::string bytes;
  int high = -1;  // the first digit of a byte
  for (const char c : text) {
    const int value = digit_value(c);
    if (value < 0) {
      if (absl::StrContains(" \t\r\n:", c)) continue;
      return absl::InvalidArgumentError(absl::StrCat("'", absl::CEscape(absl::string_view(&c, 1)),
                                                     "' is not a hexadecimal digit"));
    }
    if (high < 0) {
      high = value;
    } else {
      bytes += static_cast<char>(high * 16 + value);
      high = -1;
    }
  }
  if (high >= 0) {
    return absl::InvalidArgumentError("the hexadecimal input has an odd number of digits");
  }
  return bytes;
}

std::string hex_lines(absl::string_view bytes) {
  constexpr size_t kBytesPerLine = 32;
  std::string lines;
  for (size_t at = 0; at < bytes.size(); at += kBytesPerLine) {
    absl::StrAppend(&lines, absl::BytesToHexString(bytes.substr(at, kBytesPerLine)), "\n");
  }
  return lines;
}

std::string pem_blocks(absl::string_view pem, PemBlocks sort) {
  std::string blocks;
  size_t at = 0;
  while ((at = pem.find(kBegin, at)) != absl::string_view::npos) {
    const size_t label_at = at + kBegin.size();
    const size_t label_end = pem.find(kDashes, label_at);
    if (label_end == absl::string_view::npos) break;
    const absl::string_view label = pem.substr(label_at, label_end - label_at);
    const std::string end_line = absl::StrCat(kEnd, label, kDashes);
    const size_t end = pem.find(end_line, label_end);
    if (end == absl::string_view::npos) break;
    const bool is_certificate =
        label == "CERTIFICATE" || label == "X509 CERTIFICATE" || label == "TRUSTED CERTIFICATE";
    if (sort == PemBlocks::kCertificates ? is_certificate : absl::EndsWith(label, "PRIVATE KEY")) {
      absl::StrAppend(&blocks, pem.substr(at, end + end_line.size() - at), "\n");
    }
    at = end + end_line.size();
  }
  return blocks;
}

}  // namespace stepshake::cli
