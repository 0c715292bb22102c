// TCP: addresses as users write them, connecting, listening, and waiting with a deadline.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/descriptor.h"

namespace stepshake::cli {

using Clock = std::chrono::steady_clock;
// When to give up; nothing: never.
using Deadline = std::optional<Clock::time_point>;

// `seconds` from now; never, for 0.
Deadline deadline_in(double seconds);

struct Address {
  std::string host;  // without brackets; empty: none was given
  uint16_t port = 0;
};

// "HOST:PORT", "[IPV6]:PORT", ":PORT" or "PORT".
absl::StatusOr<Address> parse_address(absl::string_view text);

// "192.0.2.1:443", "[2001:db8::1]:443": the other end's, or this end's, address.
std::string peer_address(int socket);
std::string own_address(int socket);

enum class Interest { kRead, kWrite, kReadOrWrite };
enum class Ready { kReadable, kWritable, kTimedOut, kStopped, kOther };

// What to wait for; descriptors below 0 are left out.
struct Wait {
  int socket = -1;
  Interest interest = Interest::kRead;  // in the socket
  int other = -1;                       // kOther when it is readable
  int stop = -1;                        // kStopped when it is readable
  Deadline deadline = std::nullopt;
};
// `stop` comes first where several are ready, then the socket; writable before readable.
Ready wait_for(const Wait& wait);

// A connected, non-blocking socket without Nagle's delay; the host's addresses are tried in turn.
// An error is kUnavailable and says why; kCancelled when `stop` became readable.
absl::StatusOr<Descriptor> dial(const Address& address, double timeout_seconds, int stop);

// A non-blocking listening socket; port 0 lets the system choose.
absl::StatusOr<Descriptor> listen_on(const Address& address);

// The next connection, non-blocking and without Nagle's delay; invalid (see errno) when there is
// none.
Descriptor accept_from(int listener);

}  // namespace stepshake::cli
