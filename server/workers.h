// Threads for work that may wait for another machine, so that gRPC's own never do.
#pragma once

#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace stepshake::server {

class Workers {
 public:
  // With no thread, all work is done by whoever brings it.
  explicit Workers(std::size_t threads);
  // After the work that was taken on is done.
  ~Workers();
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False, and nothing is done, where too much is waiting already.
  [[nodiscard]] bool run(std::function<void()> work);

 private:
  void serve();

  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace stepshake::server
