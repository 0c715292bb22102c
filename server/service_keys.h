// The service's keys: what leaves this process for a store or a caller is sealed under them. From a file they are the
// same for all servers that share it; without one they are new in each process.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::server {

// Immutable.
class ServiceKeys {
 public:
  // One key, of this process alone.
  static ServiceKeys of_this_process();
  // A key a line, 64 hexadecimal digits; empty lines, and lines that begin with #, say nothing. The first seals, all of
  // them open. INVALID_ARGUMENT names the line, and shows nothing of it.
  static absl::StatusOr<ServiceKeys> parse(absl::string_view text);
  static absl::StatusOr<ServiceKeys> read(const std::string& path);

  // Other servers may have them, too.
  [[nodiscard]] bool are_shared() const { return shared_; }

  // AES-256-GCM under a key of the context's own, derived from the first: the key's id, the nonce, the ciphertext. What
  // was sealed in one context does not open in another.
  [[nodiscard]] Bytes seal(absl::string_view context, BytesView plaintext) const;
  // Nothing where none of the keys opens it.
  [[nodiscard]] std::optional<Secret> open(absl::string_view context, BytesView sealed) const;

  // Secrets for a purpose, one of each key, the first key's first.
  [[nodiscard]] std::vector<Secret> derive(absl::string_view purpose) const;

  // A name that says nothing of what it names, hexadecimal: the first key's, and those of all keys.
  [[nodiscard]] std::string hidden_name(absl::string_view purpose, BytesView of) const;
  [[nodiscard]] std::vector<std::string> hidden_names(absl::string_view purpose,
                                                      BytesView of) const;

 private:
  ServiceKeys() = default;

  std::vector<Secret> keys_;
  bool shared_ = false;
};

}  // namespace stepshake::server
