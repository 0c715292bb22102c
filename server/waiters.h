// Calls of blocking sessions that wait for bytes: each is tried again when another step has brought some.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace stepshake::server {

// One that waits. `wake` is called from any thread, and may be called when there is nothing new.
class Waiter {
 public:
  Waiter() = default;
  Waiter(const Waiter&) = delete;
  Waiter& operator=(const Waiter&) = delete;
  virtual ~Waiter() = default;

  virtual void wake() = 0;
};

// Safe to use from many threads.
class Waiters {
 public:
  void add(absl::string_view session_id, std::shared_ptr<Waiter> waiter);
  void remove(absl::string_view session_id, const Waiter* waiter);
  // Those that wait for this session; for all sessions.
  void wake(absl::string_view session_id);
  void wake_all();

 private:
  using List = std::vector<std::shared_ptr<Waiter>>;

  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, List> waiting_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server
