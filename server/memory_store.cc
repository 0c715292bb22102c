#include "server/memory_store.h"

#include <utility>
#include <vector>

#include "absl/hash/hash.h"
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

absl::Status MemoryStore::insert(absl::string_view id, SessionRecord record) {
  EntryPtr entry;
  {
    const absl::MutexLock lock(&order_mutex_);
    if (order_.size() >= max_sessions_) {
      return limit_reached({"TOO_MANY_SESSIONS", "--max-sessions", max_sessions_,
                            "too many sessions: delete some that are done with"});
    }
    entry = std::make_shared<Entry>(id, ++last_position_, std::move(record));
    order_.emplace_hint(order_.end(), last_position_, entry);
  }
  Shard& shard = shard_of(id);
  const absl::MutexLock lock(&shard.mutex);
  shard.entries.emplace(entry->id, entry);
  return absl::OkStatus();
}

absl::Status MemoryStore::look(absl::string_view id, See see) const {
  const EntryPtr entry = find(id);
  if (!entry) return no_such_session(session_name(id));
  const absl::MutexLock lock(&entry->mutex);
  if (entry->removed) return no_such_session(session_name(id));
  see(entry->record);
  return absl::OkStatus();
}

absl::Status MemoryStore::update(absl::string_view id, Change change) {
  const EntryPtr entry = find(id);
  if (!entry) return no_such_session(session_name(id));
  const absl::MutexLock lock(&entry->mutex);
  if (entry->removed) return no_such_session(session_name(id));
  absl::Status status = change(entry->record);
  if (status.ok()) ++entry->record.generation;
  return status;
}

absl::StatusOr<SessionRecord> MemoryStore::remove(absl::string_view id) {
  EntryPtr entry;
  {
    Shard& shard = shard_of(id);
    const absl::MutexLock lock(&shard.mutex);
    const auto found = shard.entries.find(id);
    if (found == shard.entries.end()) return no_such_session(session_name(id));
    entry = std::move(found->second);
    shard.entries.erase(found);
  }
  {
    const absl::MutexLock lock(&order_mutex_);
    order_.erase(entry->position);
  }
  // A step that found the entry before has ended when this lock is held; one that comes later sees
  // `removed`.
  const absl::MutexLock lock(&entry->mutex);
  entry->removed = true;
  return std::move(entry->record);
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
  for (;;) {
    const auto some = some_after(position);
    if (some.empty()) return;
    for (const EntryPtr& entry : some) {
      position = entry->position;
      const absl::MutexLock lock(&entry->mutex);
      if (!entry->removed && !visit({entry->id, position, entry->record})) return;
    }
  }
}

}  // namespace stepshake::server
