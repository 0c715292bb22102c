#include "server/watchers.h"

#include <algorithm>
#include <utility>

namespace stepshake::server {

void Watchers::add(absl::string_view session_id, std::shared_ptr<Watcher> watcher) {
  const absl::MutexLock lock(&mutex_);
  watching_[session_id].push_back(std::move(watcher));
}

void Watchers::remove(absl::string_view session_id, const Watcher* watcher) {
  std::shared_ptr<Watcher> last;  // goes after the lock is given back
  const absl::MutexLock lock(&mutex_);
  const auto found = watching_.find(session_id);
  if (found == watching_.end()) return;
  List& list = found->second;
  const auto at =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.get() == watcher; });
  if (at == list.end()) return;
  last = std::move(*at);
  list.erase(at);
  if (list.empty()) watching_.erase(found);
}

bool Watchers::any(absl::string_view session_id) const {
  const absl::MutexLock lock(&mutex_);
  return watching_.contains(session_id);
}

Watchers::List Watchers::of(absl::string_view session_id) const {
  const absl::MutexLock lock(&mutex_);
  const auto found = watching_.find(session_id);
  return found == watching_.end() ? List() : found->second;
}

void Watchers::tell(absl::string_view session_id,
                    const std::shared_ptr<const v1::RecordedStep>& step) const {
  for (const auto& watcher : of(session_id)) watcher->told(step);
}

void Watchers::end(absl::string_view session_id) const {
  for (const auto& watcher : of(session_id)) watcher->ended();
}

}  // namespace stepshake::server
