// Tickets of servers that store them: each is given out once.
#pragma once

#include <deque>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "connection/connection.h"

namespace stepshake::server {

// In memory, at most `capacity` tickets: the oldest give way. Safe to use from many threads.
class MemoryTicketStore final : public connection::TicketStore {
 public:
  explicit MemoryTicketStore(std::size_t capacity) : capacity_(capacity) {}

  void put(policy::Psk ticket) override;
  std::optional<policy::Psk> take(BytesView identity) override;

  [[nodiscard]] std::size_t size() const;

 private:
  const std::size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, policy::Psk> tickets_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> order_ ABSL_GUARDED_BY(mutex_);  // oldest first; some are taken already
};

}  // namespace stepshake::server
