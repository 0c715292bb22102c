// How many streams are open, in all and of each caller.
#pragma once

#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/limits.h"

namespace stepshake::server {

// Safe to use from many threads.
class StreamSlots {
 public:
  explicit StreamSlots(const Limits& limits) : limits_(limits) {}

  // RESOURCE_EXHAUSTED where there are too many. Callers that are not told apart share all there are.
  absl::Status take(const std::string& caller);
  void give_back(const std::string& caller);
  [[nodiscard]] std::size_t taken() const;

 private:
  const Limits limits_;
  mutable absl::Mutex mutex_;
  std::size_t taken_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, std::size_t> by_caller_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server
