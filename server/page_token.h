// Page tokens: a position in the list of sessions, sealed so that one from elsewhere, or one that
// was tampered with, is noticed. Opaque to callers.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "crypto/random.h"

namespace stepshake::server {

class PageTokens {
 public:
  explicit PageTokens(const crypto::Entropy& key) : key_(key) {}

  [[nodiscard]] std::string token(std::uint64_t position) const;
  // INVALID_ARGUMENT for what this object's token() did not make.
  [[nodiscard]] absl::StatusOr<std::uint64_t> position(const std::string& token) const;

 private:
  [[nodiscard]] Bytes tag(BytesView position) const;

  crypto::Entropy key_;
};

}  // namespace stepshake::server
