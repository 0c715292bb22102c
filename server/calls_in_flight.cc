#include "server/calls_in_flight.h"

#include "absl/time/clock.h"
#include "server/status.h"

namespace stepshake::server {

// Counted first, then asked: whoever sees the count at 0 after close() knows that nobody is between
// the two.
absl::StatusOr<CallsInFlight::Call> CallsInFlight::enter() {
  count_.fetch_add(1);
  Call call(*this);
  if (closed_) return shutting_down();
  return call;
}

bool CallsInFlight::wait_for_none(absl::Time deadline) const {
  while (count_ != 0) {
    if (absl::Now() >= deadline) return false;
    absl::SleepFor(absl::Milliseconds(1));
  }
  return true;
}

}  // namespace stepshake::server
