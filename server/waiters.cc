#include "server/waiters.h"

#include <utility>

namespace stepshake::server {

void Waiters::add(absl::string_view session_id, std::shared_ptr<Waiter> waiter) {
  const absl::MutexLock lock(&mutex_);
  waiting_[session_id].push_back(std::move(waiter));
}

void Waiters::remove(absl::string_view session_id, const Waiter* waiter) {
  List gone;  // goes after the lock is given back
  const absl::MutexLock lock(&mutex_);
  const auto found = waiting_.find(session_id);
  if (found == waiting_.end()) return;
  List& list = found->second;
  for (auto at = list.begin(); at != list.end(); ++at) {
    if (at->get() != waiter) continue;
    gone.push_back(std::move(*at));
    list.erase(at);
    break;
  }
  if (list.empty()) waiting_.erase(found);
}

// Outside the lock: a waiter that is woken may step the session, and that wakes others.
void Waiters::wake(absl::string_view session_id) {
  List woken;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(session_id);
    if (found == waiting_.end()) return;
    woken = found->second;
  }
  for (const auto& waiter : woken) waiter->wake();
}

void Waiters::wake_all() {
  List woken;
  {
    const absl::MutexLock lock(&mutex_);
    for (const auto& [id, list] : waiting_) woken.insert(woken.end(), list.begin(), list.end());
  }
  for (const auto& waiter : woken) waiter->wake();
}

}  // namespace stepshake::server
