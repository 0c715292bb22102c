// Counts the calls that are being served, and lets no new ones in once the server shuts down.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace stepshake::server {

// Safe to use from many threads, and lock-free but for waiting: every call goes through here.
class CallsInFlight {
 public:
  // One call; it is over when this goes.
  class Call {
   public:
    explicit Call(CallsInFlight& calls) : calls_(&calls) {}
    Call(Call&& other) noexcept : calls_(std::exchange(other.calls_, nullptr)) {}
    Call& operator=(Call&& other) = delete;
    ~Call() {
      if (calls_ != nullptr) calls_->count_.fetch_sub(1);
    }

   private:
    CallsInFlight* calls_;
  };

  // UNAVAILABLE after close().
  absl::StatusOr<Call> enter();

  void close() { closed_ = true; }
  [[nodiscard]] bool is_closed() const { return closed_; }

  // True where none is left; false where some still are at the deadline.
  [[nodiscard]] bool wait_for_none(absl::Time deadline) const;

 private:
  std::atomic<std::uint64_t> count_ = 0;
  std::atomic<bool> closed_ = false;
};

}  // namespace stepshake::server
