#include "server/workers.h"

#include <sys/resource.h>

#include <utility>

namespace stepshake::server {

Workers::Workers(const Options& options) : options_(options) {
  threads_.reserve(options_.threads);
  for (std::size_t i = 0; i < options_.threads; ++i) threads_.emplace_back([this] { serve(); });
}

void Workers::end() {
  std::deque<std::function<void()>>
      dropped;  // outside of the lock: with the work go those whom it is for
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
    dropped.swap(waiting_);
  }
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

bool Workers::run(std::function<void()> work) {
  if (threads_.empty()) {
    work();
    return true;
  }
  const absl::MutexLock lock(&mutex_);
  if (ending_ || waiting_.size() >= options_.most_waiting) return false;
  waiting_.push_back(std::move(work));
  return true;
}

void Workers::serve() {
  // Linux's priorities are each thread's own, and 0 is the one that calls. Where it is not granted, the work is done all
  // the same.
  if (options_.niceness != 0) static_cast<void>(setpriority(PRIO_PROCESS, 0, options_.niceness));
  for (;;) {
    std::function<void()> work;
    {
      const absl::MutexLock lock(&mutex_);
      const auto something = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return ending_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&something));
      if (ending_) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace stepshake::server
