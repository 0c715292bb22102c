// What the server holds at most, each a flag of stepshaked.
#pragma once

#include <cstddef>
#include <cstdint>

namespace stepshake::server {

struct Limits {
  std::size_t max_sessions = 100'000;
  std::size_t max_pending_bytes = 1'048'576;  // a session's input not consumed and output not taken
  std::size_t max_config_bytes = 1'048'576;   // of one serialised SessionConfig
  std::size_t max_signature_waits = 1'000;    // signatures that callers have been asked for
  std::size_t max_stored_tickets = 100'000;   // of all sessions; the oldest give way
};

inline constexpr std::uint32_t kMaxOutputCapacity = 1'048'576;

// Of application data in one read: a record's worth (RFC 8446 5.1).
inline constexpr std::uint32_t kMaxReadLimit = 16'384;

inline constexpr std::size_t kMaxRequestIdBytes = 128;

inline constexpr std::int32_t kDefaultPageSize = 50;
inline constexpr std::int32_t kMaxPageSize = 1'000;

// A page of sessions ends here, however many it holds, so that it stays below the 4 MiB that gRPC
// clients take.
inline constexpr std::size_t kMaxPageBytes = 1'048'576;

}  // namespace stepshake::server
