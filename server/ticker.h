// Work that is done again and again, on a thread of its own.
#pragma once

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace stepshake::server {

class Ticker {
 public:
  // Once in each `period`, first after one.
  Ticker(absl::Duration period, std::function<void()> work)
      : thread_([this, period, work = std::move(work)] { run(period, work); }) {}
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;
  // Waits for work that has begun.
  ~Ticker() {
    {
      const absl::MutexLock lock(&mutex_);
      stopped_ = true;
    }
    thread_.join();
  }

 private:
  void run(absl::Duration period, const std::function<void()>& work) {
    while (!stopped_within(period)) work();
  }

  bool stopped_within(absl::Duration period) {
    const absl::MutexLock lock(&mutex_);
    return mutex_.AwaitWithTimeout(absl::Condition(&stopped_), period);
  }

  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses what is before it
};

}  // namespace stepshake::server
