// Sessions in this process's memory. Those that are being stepped are values, changed in place; one that nobody steps for
// a while is packed into the bytes of its record.
//
// A session is changed under its own lock: two steps of one session come one after the other, and no engine work is
// thrown away, as it would be if the second had to try again. The lock is the compare-and-swap.
#pragma once

#include <array>
#include <atomic>
#include <limits>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/hash/hash.h"
#include "absl/synchronization/mutex.h"
#include "server/kept_session.h"
#include "server/limits.h"
#include "server/session_store.h"
#include "server/ticket_store.h"

namespace stepshake::server {

class MemoryStore final : public SessionStore {
 public:
  explicit MemoryStore(const Limits& limits);

  // With a part that tells this store's sessions from those of other processes: what those have is NOT_FOUND here, and
  // the reason is SESSION_ELSEWHERE.
  [[nodiscard]] std::string fresh_id() const override;
  absl::Status insert(absl::string_view id, History session) override;
  absl::Status look(absl::string_view id, See see) const override;
  absl::Status update(absl::string_view id, Change change) override;
  absl::StatusOr<SessionRecord> remove(absl::string_view id, Check check) override;
  absl::StatusOr<History> history(absl::string_view id, Check check) const override;
  void sweep(absl::Time now, Expired expired) override;
  [[nodiscard]] std::size_t size() const override;
  absl::Status list(std::uint64_t position, Visit visit) const override;
  bool start_wait(absl::string_view id) override;
  void end_wait(absl::string_view id) override;
  [[nodiscard]] bool takes_long(absl::string_view id) const override;

 private:
  struct Step {
    std::shared_ptr<const SharedConfig> config;
    Secret bytes;
  };
  struct Entry {
    Entry(absl::string_view its_id, std::uint64_t its_position, SessionRecord record);

    [[nodiscard]] bool is_gone(absl::Time now) const ABSL_SHARED_LOCKS_REQUIRED(mutex) {
      return removed || expire_time <= now;
    }
    // What is known beside the record, after a change of it.
    void follow(const SessionRecord& record) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
    void add(const RecordedStep& step, std::shared_ptr<const SharedConfig> its_config)
        ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);
    // Where nobody has stepped it for a while. Answers when there will be something to do for a sweep.
    absl::Time pack(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex);

    const std::string id;
    const std::uint64_t position;
    absl::Time due;                       // where it stands in due_, under the lock of that
    std::atomic<bool> long_work = false;  // the configuration's; to be seen while a step goes on
    mutable absl::Mutex mutex;
    bool removed ABSL_GUARDED_BY(mutex) = false;
    absl::Time expire_time ABSL_GUARDED_BY(mutex);
    absl::Time update_time ABSL_GUARDED_BY(mutex);
    KeptSession session ABSL_GUARDED_BY(mutex);
    std::vector<Step> history ABSL_GUARDED_BY(mutex);  // oldest first
  };
  using EntryPtr = std::shared_ptr<Entry>;

  // The ids are random: a part of them, each under a lock of its own, keeps steps out of each
  // other's way.
  using IdHash = absl::Hash<absl::string_view>;
  struct Shard {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<absl::string_view, EntryPtr, IdHash> entries ABSL_GUARDED_BY(mutex);
  };
  static constexpr int kShardBits = 6;

  Shard& shard_of(std::size_t hash) const;
  EntryPtr find(absl::string_view id) const;
  [[nodiscard]] absl::Status missing(absl::string_view id) const;
  std::vector<EntryPtr> some_after(std::uint64_t position) const;
  std::vector<EntryPtr> take_due(absl::Time now);
  void put_due(const EntryPtr& entry, absl::Time due);
  absl::Status put_in_order(absl::string_view id, SessionRecord record, EntryPtr& entry);
  void forget(const EntryPtr& entry, const std::string& owner);

  const Limits limits_;
  const std::string tag_;  // of the ids of this store
  MemoryTicketStore tickets_;
  mutable std::array<Shard, 1U << kShardBits> shards_;
  mutable absl::Mutex order_mutex_;
  std::map<std::uint64_t, EntryPtr> order_ ABSL_GUARDED_BY(order_mutex_);  // oldest first
  // When each is to be looked at by a sweep, which packs it or finds it expired. A step moves that and leaves this: a
  // sweep looks at those that it may have to do something for, and at no other.
  std::map<std::pair<absl::Time, std::uint64_t>, EntryPtr> due_ ABSL_GUARDED_BY(order_mutex_);
  absl::flat_hash_map<std::string, std::size_t> by_owner_ ABSL_GUARDED_BY(order_mutex_);
  std::uint64_t last_position_ ABSL_GUARDED_BY(order_mutex_) = 0;
  absl::Mutex waits_mutex_;
  absl::flat_hash_set<std::string> waits_ ABSL_GUARDED_BY(waits_mutex_);
};

}  // namespace stepshake::server
