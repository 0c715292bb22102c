#include "server/memory_store.h"

#include <utility>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/time/clock.h"
#include "server/check.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kListedAtOnce = 64;

}  // namespace

MemoryStore::Shard& MemoryStore::shard_of(absl::string_view id) const {
  return shards_[absl::HashOf(id) % kShards];
}

MemoryStore::EntryPtr MemoryStore::find(absl::string_view id) const {
  Shard& shard = shard_of(id);
  const absl::MutexLock lock(&shard.mutex);
  const auto found = shard.entries.find(id);
  return found == shard.entries.end() ? nullptr : found->second;
}

absl::Status MemoryStore::put_in_order(absl::string_view id, SessionRecord record,
                                       EntryPtr& entry) {
  const absl::MutexLock lock(&order_mutex_);
  if (order_.size() >= max_sessions_) {
    return limit_reached({"TOO_MANY_SESSIONS", "--max-sessions", max_sessions_,
                          "too many sessions: delete some that are done with"});
  }
  if (!record.owner.empty()) {
    std::size_t& own = by_owner_[record.owner];
    if (own >= max_sessions_per_owner_) {
      return limit_reached({"TOO_MANY_SESSIONS", "--max-sessions-per-caller",
                            max_sessions_per_owner_,
                            "too many sessions of this caller: delete some that are done with"});
    }
    ++own;
  }
  entry = std::make_shared<Entry>(id, ++last_position_, std::move(record));
  order_.emplace_hint(order_.end(), last_position_, entry);
  return absl::OkStatus();
}

absl::Status MemoryStore::insert(absl::string_view id, SessionRecord record) {
  EntryPtr entry;
  if (auto status = put_in_order(id, std::move(record), entry); !status.ok()) return status;
  Shard& shard = shard_of(id);
  const absl::MutexLock lock(&shard.mutex);
  shard.entries.emplace(entry->id, entry);
  return absl::OkStatus();
}

absl::Status MemoryStore::look(absl::string_view id, See see) const {
  const EntryPtr entry = find(id);
  if (!entry) return no_such_session(session_name(id));
  const absl::MutexLock lock(&entry->mutex);
  if (entry->is_gone(absl::Now())) return no_such_session(session_name(id));
  see(entry->record);
  return absl::OkStatus();
}

absl::Status MemoryStore::update(absl::string_view id, Change change) {
  const EntryPtr entry = find(id);
  if (!entry) return no_such_session(session_name(id));
  const absl::MutexLock lock(&entry->mutex);
  if (entry->is_gone(absl::Now())) return no_such_session(session_name(id));
  absl::Status status = change(entry->record);
  if (status.ok()) ++entry->record.generation;
  return status;
}

// A step that found the entry before has ended when its lock is held; one that comes later sees `removed`.
SessionRecord MemoryStore::take_out(Entry& entry) {
  entry.removed = true;
  return std::move(entry.record);
}

void MemoryStore::forget(const EntryPtr& entry, const std::string& owner) {
  {
    Shard& shard = shard_of(entry->id);
    const absl::MutexLock lock(&shard.mutex);
    shard.entries.erase(entry->id);
  }
  const absl::MutexLock lock(&order_mutex_);
  order_.erase(entry->position);
  const auto own = by_owner_.find(owner);
  if (own != by_owner_.end() && --own->second == 0) by_owner_.erase(own);
}

absl::StatusOr<SessionRecord> MemoryStore::remove(absl::string_view id, Check check) {
  const EntryPtr entry = find(id);
  if (!entry) return no_such_session(session_name(id));
  SessionRecord record;
  {
    const absl::MutexLock lock(&entry->mutex);
    if (entry->is_gone(absl::Now())) return no_such_session(session_name(id));
    if (auto status = check(entry->record); !status.ok()) return status;
    record = take_out(*entry);
  }
  forget(entry, record.owner);
  return record;
}

void MemoryStore::sweep(absl::Time now, Expired expired) {
  std::uint64_t position = 0;
  for (auto some = some_after(0); !some.empty(); some = some_after(position)) {
    for (const EntryPtr& entry : some) {
      position = entry->position;
      SessionRecord record;
      {
        const absl::MutexLock lock(&entry->mutex);
        if (entry->removed || entry->record.expire_time > now) continue;
        record = take_out(*entry);
      }
      forget(entry, record.owner);
      expired(entry->id, record);
    }
  }
}

std::size_t MemoryStore::size() const {
  const absl::MutexLock lock(&order_mutex_);
  return order_.size();
}

std::vector<MemoryStore::EntryPtr> MemoryStore::some_after(std::uint64_t position) const {
  std::vector<EntryPtr> some;
  const absl::MutexLock lock(&order_mutex_);
  for (auto next = order_.upper_bound(position);
       next != order_.end() && some.size() < kListedAtOnce; ++next) {
    some.push_back(next->second);
  }
  return some;
}

// A few at a time, so that the order's lock is never held while sessions are looked at.
void MemoryStore::list(std::uint64_t position, Visit visit) const {
  const absl::Time now = absl::Now();
  for (;;) {
    const auto some = some_after(position);
    if (some.empty()) return;
    for (const EntryPtr& entry : some) {
      position = entry->position;
      const absl::MutexLock lock(&entry->mutex);
      if (!entry->is_gone(now) && !visit({entry->id, position, entry->record})) return;
    }
  }
}

}  // namespace stepshake::server
