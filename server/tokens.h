// Bearer tokens, as a file of "NAME:SHA256HEX" lines names them. The tokens themselves are nowhere.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace stepshake::server {

class Tokens {
 public:
  // INVALID_ARGUMENT with the file's name and the line. A name may stand there more than once: while a token is changed
  // for another, both are good. Empty lines and those that begin with # say nothing.
  static absl::StatusOr<Tokens> read(const std::string& path);

  // The name that the token stands for; empty where there is none. Takes the same time for every token of a length.
  [[nodiscard]] std::string name_of(absl::string_view token) const;

 private:
  struct Entry {
    std::string name;
    Bytes digest;  // SHA-256 of the token
  };
  std::vector<Entry> entries_;
};

}  // namespace stepshake::server
