#include "server/memory_store.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/time/clock.h"
#include "crypto/random.h"
#include "server/check.h"
#include "server/record_codec.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kLookedAtAtOnce = 64;

// The stored tickets as one change sees them: what it takes it gives back, and what it puts is not put, unless the
// change is kept.
class ChangedTickets final : public connection::TicketStore {
 public:
  explicit ChangedTickets(connection::TicketStore& store) : store_(store) {}
  ~ChangedTickets() override {
    for (policy::Psk& ticket : kept_ ? put_ : taken_) store_.put(std::move(ticket));
  }

  void put(policy::Psk ticket) override { put_.push_back(std::move(ticket)); }
  std::optional<policy::Psk> take(BytesView identity) override {
    auto ticket = store_.take(identity);
    if (ticket) taken_.push_back(*ticket);
    return ticket;
  }
  void keep() { kept_ = true; }

 private:
  connection::TicketStore& store_;
  std::vector<policy::Psk> put_;
  std::vector<policy::Psk> taken_;
  bool kept_ = false;
};

// Longer than the pauses of most who step a session at all.
constexpr absl::Duration kIdleBeforePacking = absl::Seconds(10);

// When a sweep is to look at a session that is not packed.
absl::Time sweep_time(absl::Time expire_time, absl::Time update_time) {
  return std::min(expire_time, update_time + kIdleBeforePacking);
}

bool takes_long_work(const SessionRecord& record) {
  return record.config && record.config->long_work;
}

constexpr std::size_t kTagBytes = 4;
constexpr char kAfterTag = '-';

std::string fresh_tag() {
  const crypto::Entropy entropy = crypto::fresh_entropy();
  return to_hex(BytesView(entropy).first(kTagBytes)) + kAfterTag;
}

}  // namespace

MemoryStore::MemoryStore(const Limits& limits)
    : limits_(limits), tag_(fresh_tag()), tickets_(limits.max_stored_tickets) {}

std::string MemoryStore::fresh_id() const { return tag_ + SessionStore::fresh_id(); }

absl::Status MemoryStore::missing(absl::string_view id) const {
  const bool tagged = id.size() > tag_.size() && id[tag_.size() - 1] == kAfterTag;
  if (tagged && id.substr(0, tag_.size()) != tag_) return session_elsewhere(session_name(id));
  return no_such_session(session_name(id));
}

MemoryStore::Entry::Entry(absl::string_view its_id, std::uint64_t its_position,
                          SessionRecord record)
    : id(its_id),
      position(its_position),
      due(sweep_time(record.expire_time, record.update_time)),
      long_work(takes_long_work(record)),
      expire_time(record.expire_time),
      update_time(record.update_time),
      session(std::move(record)) {}

void MemoryStore::Entry::follow(const SessionRecord& record) {
  long_work = takes_long_work(record);
  expire_time = record.expire_time;
  update_time = record.update_time;
  const std::size_t kept = record.history.size();
  if (history.size() <= kept) return;
  history.erase(history.begin(), history.end() - static_cast<std::ptrdiff_t>(kept));
}

absl::Time MemoryStore::Entry::pack(absl::Time now) {
  if (update_time + kIdleBeforePacking <= now) session.pack();
  return session.is_packed() ? expire_time : sweep_time(expire_time, update_time);
}

void MemoryStore::Entry::add(const RecordedStep& step,
                             std::shared_ptr<const SharedConfig> its_config) {
  history.push_back({std::move(its_config), encode(step)});
}

// By the bits of the hash that the map in it makes least use of.
MemoryStore::Shard& MemoryStore::shard_of(std::size_t hash) const {
  return shards_[hash >> (std::numeric_limits<std::size_t>::digits - kShardBits)];
}

MemoryStore::EntryPtr MemoryStore::find(absl::string_view id) const {
  const std::size_t hash = IdHash()(id);
  Shard& shard = shard_of(hash);
  const absl::MutexLock lock(&shard.mutex);
  const auto found = shard.entries.find(id, hash);
  return found == shard.entries.end() ? nullptr : found->second;
}

absl::Status MemoryStore::put_in_order(absl::string_view id, SessionRecord record,
                                       EntryPtr& entry) {
  const absl::MutexLock lock(&order_mutex_);
  if (order_.size() >= limits_.max_sessions) return too_many_sessions(limits_.max_sessions);
  if (!record.owner.empty()) {
    std::size_t& own = by_owner_[record.owner];
    if (own >= limits_.max_sessions_per_caller) {
      return too_many_sessions_of_caller(limits_.max_sessions_per_caller);
    }
    ++own;
  }
  entry = std::make_shared<Entry>(id, ++last_position_, std::move(record));
  order_.emplace_hint(order_.end(), last_position_, entry);
  due_.emplace(std::pair(entry->due, entry->position), entry);
  return absl::OkStatus();
}

absl::Status MemoryStore::insert(absl::string_view id, History session) {
  EntryPtr entry;
  if (auto status = put_in_order(id, std::move(session.record), entry); !status.ok()) return status;
  {
    const absl::MutexLock lock(&entry->mutex);
    for (const RecordedStep& step : session.steps)
      entry->add(step, session.configs.at(step.config));
  }
  Shard& shard = shard_of(IdHash()(id));
  const absl::MutexLock lock(&shard.mutex);
  shard.entries.emplace(entry->id, entry);
  return absl::OkStatus();
}

absl::Status MemoryStore::look(absl::string_view id, See see) const {
  const EntryPtr entry = find(id);
  if (!entry) return missing(id);
  const absl::MutexLock lock(&entry->mutex);
  if (entry->is_gone(absl::Now())) return missing(id);
  entry->session.look(see);
  return absl::OkStatus();
}

absl::Status MemoryStore::update(absl::string_view id, Change change) {
  const EntryPtr entry = find(id);
  if (!entry) return missing(id);
  const absl::MutexLock lock(&entry->mutex);
  if (entry->is_gone(absl::Now())) return missing(id);
  const bool was_packed = entry->session.is_packed();
  SessionRecord& record = entry->session.open();
  ChangedTickets tickets(tickets_);
  Transaction transaction(tickets);
  const absl::Status changed = change(record, transaction);
  if (!changed.ok() || transaction.unchanged) {
    if (was_packed) entry->session.pack();
    return changed;
  }
  if (transaction.recorded) entry->add(*transaction.recorded, record.config);
  ++record.generation;
  entry->follow(record);
  if (was_packed) put_due(entry, sweep_time(entry->expire_time, entry->update_time));
  tickets.keep();
  tell_({id, transaction.told});
  return absl::OkStatus();
}

void MemoryStore::forget(const EntryPtr& entry, const std::string& owner) {
  end_wait(entry->id);
  {
    Shard& shard = shard_of(IdHash()(entry->id));
    const absl::MutexLock lock(&shard.mutex);
    shard.entries.erase(entry->id);
  }
  {
    const absl::MutexLock lock(&order_mutex_);
    order_.erase(entry->position);
    due_.erase({entry->due, entry->position});
    const auto own = by_owner_.find(owner);
    if (own != by_owner_.end() && --own->second == 0) by_owner_.erase(own);
  }
  tell_({entry->id, nullptr, true});
}

// A step that found the entry before has ended when its lock is held; one that comes later sees `removed`.
absl::StatusOr<SessionRecord> MemoryStore::remove(absl::string_view id, Check check) {
  const EntryPtr entry = find(id);
  if (!entry) return missing(id);
  SessionRecord record;
  {
    const absl::MutexLock lock(&entry->mutex);
    if (entry->is_gone(absl::Now())) return missing(id);
    record = std::move(*entry->session.copy());
    if (auto status = check(record); !status.ok()) return status;
    entry->removed = true;
  }
  forget(entry, record.owner);
  return record;
}

absl::StatusOr<SessionStore::History> MemoryStore::history(absl::string_view id,
                                                           Check check) const {
  const EntryPtr entry = find(id);
  if (!entry) return missing(id);
  const absl::MutexLock lock(&entry->mutex);
  if (entry->is_gone(absl::Now())) return missing(id);
  History history{std::move(*entry->session.copy()), {}, {}};
  if (auto status = check(history.record); !status.ok()) return status;
  for (const Step& step : entry->history) {
    auto decoded = decode_step(step.bytes.view());
    if (!decoded.ok()) return decoded.status();
    history.steps.push_back(*std::move(decoded));
    history.configs.emplace(step.config->key, step.config);
  }
  return history;
}

std::vector<MemoryStore::EntryPtr> MemoryStore::take_due(absl::Time now) {
  std::vector<EntryPtr> some;
  const absl::MutexLock lock(&order_mutex_);
  while (!due_.empty() && due_.begin()->first.first <= now && some.size() < kLookedAtAtOnce) {
    some.push_back(std::move(due_.begin()->second));
    due_.erase(due_.begin());
  }
  return some;
}

void MemoryStore::put_due(const EntryPtr& entry, absl::Time due) {
  const absl::MutexLock lock(&order_mutex_);
  if (!order_.contains(entry->position)) return;  // removed meanwhile
  if (const auto at = due_.find({entry->due, entry->position}); at != due_.end()) {
    if (entry->due <= due) return;
    due_.erase(at);
  }
  entry->due = due;
  due_.emplace(std::pair(due, entry->position), entry);
}

void MemoryStore::sweep(absl::Time now, Expired expired) {
  for (auto some = take_due(now); !some.empty(); some = take_due(now)) {
    for (const EntryPtr& entry : some) {
      SessionRecord record;
      absl::Time due = absl::InfinitePast();  // to be looked at again
      {
        const absl::MutexLock lock(&entry->mutex);
        if (entry->removed) continue;
        if (entry->is_gone(now)) {
          record = std::move(*entry->session.copy());
          entry->removed = true;
        } else {
          due = entry->pack(now);
        }
      }
      if (due > now) {
        put_due(entry, due);
        continue;
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
       next != order_.end() && some.size() < kLookedAtAtOnce; ++next) {
    some.push_back(next->second);
  }
  return some;
}

// A few at a time, so that the order's lock is never held while sessions are looked at.
absl::Status MemoryStore::list(std::uint64_t position, Visit visit) const {
  const absl::Time now = absl::Now();
  for (;;) {
    const auto some = some_after(position);
    if (some.empty()) return absl::OkStatus();
    for (const EntryPtr& entry : some) {
      position = entry->position;
      const absl::MutexLock lock(&entry->mutex);
      if (entry->is_gone(now)) continue;
      bool more = true;
      entry->session.look([&](const SessionRecord& record) {
        more = visit({entry->id, position, record});
      });
      if (!more) return absl::OkStatus();
    }
  }
}

bool MemoryStore::takes_long(absl::string_view id) const {
  const EntryPtr entry = find(id);
  return entry && entry->long_work;
}

bool MemoryStore::start_wait(absl::string_view id) {
  const absl::MutexLock lock(&waits_mutex_);
  if (waits_.contains(id)) return true;
  if (waits_.size() >= limits_.max_signature_waits) return false;
  waits_.emplace(id);
  return true;
}

void MemoryStore::end_wait(absl::string_view id) {
  const absl::MutexLock lock(&waits_mutex_);
  const auto found = waits_.find(id);
  if (found != waits_.end()) waits_.erase(found);
}

}  // namespace stepshake::server
