// Sessions in this process's memory.
//
// A session is changed in place under its own lock: two steps of one session come one after the
// other, and no engine work is thrown away, as it would be if the second had to try again. The lock
// is the compare-and-swap.
#pragma once

#include <array>
#include <limits>
#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "server/session_store.h"

namespace stepshake::server {

class MemoryStore final : public SessionStore {
 public:
  explicit MemoryStore(std::size_t max_sessions,
                       std::size_t max_sessions_per_owner = std::numeric_limits<std::size_t>::max())
      : max_sessions_(max_sessions), max_sessions_per_owner_(max_sessions_per_owner) {}

  absl::Status insert(absl::string_view id, SessionRecord record) override;
  absl::Status look(absl::string_view id, See see) const override;
  absl::Status update(absl::string_view id, Change change) override;
  absl::StatusOr<SessionRecord> remove(absl::string_view id, Check check) override;
  void sweep(absl::Time now, Expired expired) override;
  [[nodiscard]] std::size_t size() const override;
  void list(std::uint64_t position, Visit visit) const override;

 private:
  struct Entry {
    Entry(absl::string_view its_id, std::uint64_t its_position, SessionRecord its_record)
        : id(its_id), position(its_position), record(std::move(its_record)) {}
    const std::string id;
    const std::uint64_t position;
    [[nodiscard]] bool is_gone(absl::Time now) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex) {
      return removed || record.expire_time <= now;
    }

    absl::Mutex mutex;
    bool removed ABSL_GUARDED_BY(mutex) = false;
    SessionRecord record ABSL_GUARDED_BY(mutex);
  };
  using EntryPtr = std::shared_ptr<Entry>;

  // The ids are random: a part of them, each under a lock of its own, keeps steps out of each
  // other's way.
  struct Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<std::string, EntryPtr> entries ABSL_GUARDED_BY(mutex);
  };
  static constexpr std::size_t kShards = 64;

  Shard& shard_of(absl::string_view id) const;
  EntryPtr find(absl::string_view id) const;
  std::vector<EntryPtr> some_after(std::uint64_t position) const;
  absl::Status put_in_order(absl::string_view id, SessionRecord record, EntryPtr& entry);
  SessionRecord take_out(Entry& entry) ABSL_EXCLUSIVE_LOCKS_REQUIRED(entry.mutex);
  void forget(const EntryPtr& entry, const std::string& owner);

  const std::size_t max_sessions_;
  const std::size_t max_sessions_per_owner_;  // where there is one
  mutable std::array<Shard, kShards> shards_;
  mutable absl::Mutex order_mutex_;
  std::map<std::uint64_t, EntryPtr> order_ ABSL_GUARDED_BY(order_mutex_);  // oldest first
  absl::flat_hash_map<std::string, std::size_t> by_owner_ ABSL_GUARDED_BY(order_mutex_);
  std::uint64_t last_position_ ABSL_GUARDED_BY(order_mutex_) = 0;
};

}  // namespace stepshake::server
