// Who watches which session. Telling them never waits.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

class Watcher {
 public:
  Watcher() = default;
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  virtual ~Watcher() = default;

  // A step was done; quick, and does not come back to whoever tells. From any thread, one at a time for a session.
  virtual void told(const std::shared_ptr<const v1::RecordedStep>& step) = 0;
  // The session is no more.
  virtual void ended() = 0;
};

// Safe to use from many threads.
class Watchers {
 public:
  void add(absl::string_view session_id, std::shared_ptr<Watcher> watcher);
  void remove(absl::string_view session_id, const Watcher* watcher);

  [[nodiscard]] bool any(absl::string_view session_id) const;
  void tell(absl::string_view session_id,
            const std::shared_ptr<const v1::RecordedStep>& step) const;
  void end(absl::string_view session_id) const;

 private:
  using List = std::vector<std::shared_ptr<Watcher>>;
  [[nodiscard]] List of(absl::string_view session_id) const;

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, List> watching_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server
