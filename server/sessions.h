// What the API's calls on sessions do, without gRPC: check, convert, one call of the engine under
// the store's compare-and-swap, convert back.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/archive.h"
#include "server/caller.h"
#include "server/config_cache.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/page_token.h"
#include "server/policies.h"
#include "server/redis.h"
#include "server/service_keys.h"
#include "server/session_store.h"
#include "server/stepping.h"
#include "server/waiters.h"
#include "server/watchers.h"
#include "server/workers.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// Safe to use from many threads. Answers are written in place, so that they can lie in gRPC's own
// memory; after an error an answer holds nothing of worth.
class Sessions {
 public:
  Sessions(const Limits& limits, const Policies& policies,
           std::shared_ptr<const TestIdentities> test_identities,
           std::shared_ptr<const ServiceKeys> keys, const std::shared_ptr<Redis>& redis,
           const std::shared_ptr<Log>& log, Metrics& metrics);

  // `redis`: where they are kept; null: in memory.
  // A caller's own sessions are all that there are for it.
  absl::Status create(const Caller& caller, const v1::CreateSessionRequest& request,
                      v1::CreateSessionResponse& response);
  absl::Status get(const Caller& caller, const v1::GetSessionRequest& request,
                   v1::GetSessionResponse& response) const;
  absl::Status list(const Caller& caller, const v1::ListSessionsRequest& request,
                    v1::ListSessionsResponse& response) const;
  absl::Status remove(const Caller& caller, const v1::DeleteSessionRequest& request);
  using Wait = server::Wait;
  absl::Status step(const Caller& caller, const v1::StepRequest& request,
                    v1::StepResponse& response, Wait& wait);

  // Who does work, so that gRPC's few threads are free for what is short: null, whoever brings it; else workers, since
  // the store may keep it waiting, or since it takes long. Of work on a session, or on none yet; of a step; of work on
  // many sessions or steps.
  Workers* lane(absl::string_view name = {});
  Workers* lane(const v1::StepRequest& request);
  Workers* long_lane() { return store_->is_remote() ? &workers_ : &long_workers_; }
  // For streams that have had one of gRPC's threads long enough.
  Workers& stream_workers() { return stream_workers_; }
  // False, and nothing is done, where there is too much to do.
  [[nodiscard]] static bool run(Workers* lane, std::function<void()> work);

  // Who waits for steps of others that bring bytes, and who watches.
  Waiters& waiters() { return waiters_; }
  Watchers& watchers() { return watchers_; }
  [[nodiscard]] const Limits& limits() const { return limits_; }
  // Two sessions that are not kept.
  absl::Status pair(const v1::RunPairRequest& request, v1::RunPairResponse& response);

  // Copies, exports, histories of sessions.
  Archive& archive() { return archive_; }

  absl::Status export_keying_material(const Caller& caller,
                                      const v1::ExportKeyingMaterialRequest& request,
                                      v1::ExportKeyingMaterialResponse& response) const;

  // Forgets the sessions that have expired, and lets the store tidy up. Called now and then; one that has expired is not found before that either.
  void sweep(absl::Time now);

  // When no call is left: what workers still had to do is for nobody any more.
  void end_work();

  // Logs the end of each session that is left, and forgets it.
  void end_all();

  [[nodiscard]] std::size_t count() const { return store_->size(); }
  // It can take calls.
  [[nodiscard]] bool ready() const { return store_->is_reachable(); }

 private:
  // Errors name the field of the configuration.
  absl::StatusOr<std::shared_ptr<const SharedConfig>> configure(const v1::SessionConfig& config);
  absl::Status take_step(absl::string_view id, const v1::StepRequest& request,
                         SessionRecord& record, Transaction& transaction,
                         v1::StepResponse& response, Wait& wait);
  // It is no longer in the store. `why`: deleted, expired, shutdown.
  void ended(absl::string_view id, absl::string_view why, const SessionRecord& record,
             const Caller& caller = {});
  void count_step(const Caller& caller, const v1::StepRequest& request,
                  const v1::StepResponse& response, absl::Time start);

  const Limits limits_;
  const Policies policies_;
  const std::shared_ptr<const ServiceKeys> keys_;
  ConfigCache configs_;
  PageTokens page_tokens_;
  Waiters waiters_;
  Watchers watchers_;
  std::unique_ptr<SessionStore> store_;
  Stepping stepping_;
  Archive archive_;
  std::shared_ptr<Log> log_;
  Metrics& metrics_;
  // Last: what they do goes on until they have ended.
  Workers workers_;
  Workers long_workers_;
  Workers stream_workers_;
};

}  // namespace stepshake::server
