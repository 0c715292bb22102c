// Where the server listens: "HOST:PORT" as a user writes it.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace stepshake::server {

struct ListenAddress {
  std::string host;        // without brackets
  std::uint16_t port = 0;  // 0: a free one

  // With brackets where the host is an IPv6 address.
  [[nodiscard]] std::string text() const;
};

// INVALID_ARGUMENT for what is no HOST:PORT.
absl::StatusOr<ListenAddress> parse_listen_address(absl::string_view text);

// All that the host's name stands for is loopback. NOT_FOUND for a name that stands for nothing.
absl::StatusOr<bool> is_loopback(const ListenAddress& address);

// The system's words for why nothing can listen there ("Address already in use"). gRPC does not
// tell.
std::string why_not(const ListenAddress& address);

}  // namespace stepshake::server
