// Configurations, parsed once: sessions with the same SessionConfig share its keys, chains and
// trust store.
#pragma once

#include <list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "policy/config.h"
#include "server/test_identities.h"
#include "server/ticket_keys.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

// Never changed once made.
struct SharedConfig {
  policy::Config config;
  policy::ConfigDigest digest{};  // of it
  v1::SessionConfig given;        // as the caller gave it, without private keys
  // What it is found by: SHA-256 of the serialised configuration, and the ticket keys' period. A caller cannot aim at
  // another's.
  std::string key;
  Secret full;  // as the caller gave it, serialised
  std::int64_t ticket_period = 0;
  bool long_work = false;  // its sessions' steps may take long
};

v1::SessionConfig without_private_keys(const v1::SessionConfig& config);
v1::SessionConfig full_config(const SharedConfig& config);

// Keeps the `capacity` configurations that were asked for last; a session keeps its own one alive.
// Safe to use from many threads.
class ConfigCache {
 public:
  // `ticket_secrets` as TicketKeys has them.
  ConfigCache(std::shared_ptr<const TestIdentities> test_identities,
              std::vector<Secret> ticket_secrets, std::size_t capacity)
      : test_identities_(std::move(test_identities)),
        ticket_keys_(std::move(ticket_secrets)),
        capacity_(capacity) {}

  // Errors as convert() has them; they are not kept.
  absl::StatusOr<std::shared_ptr<const SharedConfig>> get(const v1::SessionConfig& config);
  // With the ticket keys of an earlier period: a session goes on with those that it began with.
  absl::StatusOr<std::shared_ptr<const SharedConfig>> get(const v1::SessionConfig& config,
                                                          std::int64_t ticket_period);
  // One that is here; null where it is not.
  std::shared_ptr<const SharedConfig> find(const std::string& key);

  [[nodiscard]] std::size_t size() const;

  [[nodiscard]] const TestIdentities& test_identities() const { return *test_identities_; }

 private:
  using Key = std::string;
  using Entry = std::pair<Key, std::shared_ptr<const SharedConfig>>;

  std::shared_ptr<const SharedConfig> keep(SharedConfig&& made);
  [[nodiscard]] std::vector<policy::TicketKey> ticket_keys_for(const v1::SessionConfig& config,
                                                               std::int64_t ticket_period) const;

  std::shared_ptr<const TestIdentities> test_identities_;
  TicketKeys ticket_keys_;
  std::size_t capacity_;
  mutable absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // last used first
  absl::flat_hash_map<Key, std::list<Entry>::iterator> index_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server
