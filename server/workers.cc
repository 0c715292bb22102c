#include "server/workers.h"

#include <utility>

namespace stepshake::server {
namespace {

constexpr std::size_t kMostWaiting = 10'000;

}  // namespace

Workers::Workers(std::size_t threads) {
  threads_.reserve(threads);
  for (std::size_t i = 0; i < threads; ++i) threads_.emplace_back([this] { serve(); });
}

Workers::~Workers() {
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::run(std::function<void()> work) {
  if (threads_.empty()) {
    work();
    return true;
  }
  const absl::MutexLock lock(&mutex_);
  if (waiting_.size() >= kMostWaiting) return false;
  waiting_.push_back(std::move(work));
  return true;
}

void Workers::serve() {
  for (;;) {
    std::function<void()> work;
    {
      const absl::MutexLock lock(&mutex_);
      const auto something = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return ending_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&something));
      if (waiting_.empty()) return;
      work = std::move(waiting_.front());
      waiting_.pop_front();
    }
    work();
  }
}

}  // namespace stepshake::server
