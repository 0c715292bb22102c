// What the server holds at most, each a flag of stepshaked.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/time/time.h"

namespace stepshake::server {

struct Limits {
  std::size_t max_sessions = 100'000;
  std::size_t max_sessions_per_caller = 10'000;  // where callers are told apart
  std::size_t max_pending_bytes = 1'048'576;  // a session's input not consumed and output not taken
  std::size_t max_config_bytes = 1'048'576;   // of one serialised SessionConfig
  std::size_t max_step_input = 1'048'576;     // that one step brings, input and data; traced: half
  std::uint64_t max_steps = 1'000'000;        // of one session
  absl::Duration max_idle = absl::Minutes(30);    // a session's, since its last step
  absl::Duration max_lifetime = absl::Hours(24);  // a session's
  std::size_t max_streams = 1'000;
  std::size_t max_streams_per_caller = 100;       // where callers are told apart
  std::size_t max_stream_steps = 1'000;           // that one RunSessions has to answer
  std::size_t max_stream_bytes = 4'194'304;       // of those, and of their answers
  std::size_t long_work_threads = 0;              // 0: as many as usable_processors()
  std::size_t max_long_work = 1'000;              // that waits for one of them
  absl::Duration max_call_time = absl::Hours(1);  // calls that wait, and streams
  std::size_t max_session_bytes = 4'194'304;      // of one session as it is kept, history aside
  std::size_t max_history_steps = 1'000;          // of one session
  std::size_t max_history_bytes = 4'194'304;      // of one session
  std::size_t max_watch_buffer = 64;              // steps that a watcher may be behind
  std::size_t max_signature_waits = 1'000;        // signatures that callers have been asked for
  std::size_t max_stored_tickets = 100'000;       // of all sessions; the oldest give way
  std::size_t certificate_cache = 32;  // certificates and chains that each thread keeps; 0: none
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
