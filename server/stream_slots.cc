#include "server/stream_slots.h"

#include "server/status.h"

namespace stepshake::server {

absl::Status StreamSlots::take(const std::string& caller) {
  const absl::MutexLock lock(&mutex_);
  if (taken_ >= limits_.max_streams) {
    return limit_reached({"TOO_MANY_STREAMS", "--max-streams", limits_.max_streams,
                          "too many streams are open: end some, or use Step"});
  }
  if (!caller.empty()) {
    std::size_t& own = by_caller_[caller];
    if (own >= limits_.max_streams_per_caller) {
      return limit_reached({"TOO_MANY_STREAMS", "--max-streams-per-caller",
                            limits_.max_streams_per_caller,
                            "this caller has too many streams open: end some, or use Step"});
    }
    ++own;
  }
  ++taken_;
  return absl::OkStatus();
}

void StreamSlots::give_back(const std::string& caller) {
  const absl::MutexLock lock(&mutex_);
  --taken_;
  const auto found = by_caller_.find(caller);
  if (found != by_caller_.end() && --found->second == 0) by_caller_.erase(found);
}

std::size_t StreamSlots::taken() const {
  const absl::MutexLock lock(&mutex_);
  return taken_;
}

}  // namespace stepshake::server
