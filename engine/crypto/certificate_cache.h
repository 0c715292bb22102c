// What each thread keeps of the certificates and chains that it has seen last: parsed certificates, and which chains were
// good. Both follow from the bytes alone, so that nobody can tell but by the time it takes.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace stepshake::crypto {

inline constexpr std::size_t kCertificatesKept = 32;

// How many certificates, and how many chains, each thread keeps from now on; 0: none, so that each handshake does all of
// the work. kCertificatesKept until it is called, which is not to be while other threads step sessions. A certificate of
// 8 KiB or more is never kept.
void keep_certificates(std::size_t most);
std::size_t kept_certificates();

// This thread has then seen none: for tests, and for whoever measures what a chain costs that was never seen.
void forget_certificates();

// From `begin` until before `end`, in seconds since 1970.
struct Period {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

// The chain with this digest (of all that its verdict hangs on but the time) was found good, and that holds at `now`.
bool is_known_good(BytesView digest, std::int64_t now);
void keep_good(BytesView digest, Period period);

}  // namespace stepshake::crypto
