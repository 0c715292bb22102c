// Files, hexadecimal, and the blocks of PEM files.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stepshake::cli {

// A file's bytes; "-" is stdin, read to its end. Files of more than 16 MiB are refused.
absl::StatusOr<std::string> read_file(const std::string& path);

// Writes, or replaces, a file; "-" is stdout, which is flushed.
absl::Status write_file(const std::string& path, absl::string_view bytes);

// The bytes of hexadecimal text; blanks, line breaks and colons between the bytes are skipped.
absl::StatusOr<std::string> from_hex(absl::string_view text);

// Lower-case hexadecimal in lines of 64 digits, each with its line break.
std::string hex_lines(absl::string_view bytes);

enum class PemBlocks { kCertificates, kPrivateKeys };

// The PEM blocks of one sort, in their order and without what stands between them; empty when there
// is none.
std::string pem_blocks(absl::string_view pem, PemBlocks sort);

}  // namespace stepshake::cli
