// Sessions in Redis, for any number of servers: a session is its sealed record, a step a compare-and-swap on its
// generation, expiry is Redis's. The stored tickets are there, too, each taken in the same atom as the step that takes
// it. Nothing lies there that the service's keys do not seal; a name that could be guessed is hidden.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "server/config_cache.h"
#include "server/limits.h"
#include "server/redis.h"
#include "server/service_keys.h"
#include "server/session_store.h"

namespace stepshake::server {

class RedisStore final : public SessionStore {
 public:
  // Configurations that it meets go through `configs`.
  RedisStore(const Limits& limits, std::shared_ptr<Redis> redis, const ServiceKeys& keys,
             ConfigCache& configs);
  ~RedisStore() override;

  // Tells of changes from now on, those of other servers, too.
  void listen();

  absl::Status insert(absl::string_view id, History session) override;
  absl::Status look(absl::string_view id, See see) const override;
  absl::Status update(absl::string_view id, Change change) override;
  absl::StatusOr<SessionRecord> remove(absl::string_view id, Check check) override;
  absl::StatusOr<History> history(absl::string_view id, Check check) const override;
  [[nodiscard]] std::size_t size() const override;
  absl::Status list(std::uint64_t position, Visit visit) const override;
  bool start_wait(absl::string_view id) override;
  void end_wait(absl::string_view id) override;
  [[nodiscard]] bool is_shared() const override { return true; }
  [[nodiscard]] bool is_remote() const override { return true; }
  [[nodiscard]] bool is_reachable() const override { return redis_->is_reachable(); }

 private:
  class Tickets;

  absl::StatusOr<std::shared_ptr<const SharedConfig>> config(const std::string& key) const;
  absl::Status put_config(const SharedConfig& config, absl::Duration lifetime) const;
  [[nodiscard]] std::string config_name(absl::string_view key) const;
  absl::StatusOr<SessionRecord> open(absl::string_view id, absl::string_view generation,
                                     absl::string_view sealed) const;
  absl::StatusOr<SessionRecord> get(absl::string_view id) const;
  // What the update script says.
  absl::StatusOr<long long> write(absl::string_view id, const SessionRecord& record,
                                  const Transaction& transaction, const Tickets& tickets,
                                  absl::string_view sealed) const;
  [[nodiscard]] std::string owner_key(const SessionRecord& record) const;
  [[nodiscard]] std::string message(absl::string_view id, const v1::RecordedStep* told,
                                    bool ended) const;
  void hear(absl::string_view message) const;

  const Limits limits_;
  const std::shared_ptr<Redis> redis_;
  const ServiceKeys& keys_;
  ConfigCache& configs_;
  const std::string channel_;
};

}  // namespace stepshake::server
