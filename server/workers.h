// Threads for work that may wait for another machine, or that takes long, so that gRPC's own never do.
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
  struct Options {
    std::size_t threads = 0;  // none: all work is done by whoever brings it
    std::size_t most_waiting = 10'000;
    int niceness = 0;  // how far their priority is below that of other threads: 0 to 19
  };
  explicit Workers(const Options& options);
  ~Workers() { end(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // False, and nothing is done, where too much is waiting already.
  [[nodiscard]] bool run(std::function<void()> work);

  // What is being done is done; what waits is dropped, as is what comes later.
  void end();

 private:
  void serve();

  const Options options_;
  absl::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace stepshake::server
