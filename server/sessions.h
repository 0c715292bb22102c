// What the API's calls on sessions do, without gRPC: check, convert, one call of the engine under
// the store's compare-and-swap, convert back.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/caller.h"
#include "server/config_cache.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/page_token.h"
#include "server/policies.h"
#include "server/session_store.h"
#include "server/slots.h"
#include "server/ticket_store.h"
#include "server/waiters.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// Safe to use from many threads. Answers are written in place, so that they can lie in gRPC's own
// memory; after an error an answer holds nothing of worth.
class Sessions {
 public:
  Sessions(const Limits& limits, const Policies& policies,
           std::shared_ptr<const TestIdentities> test_identities, const std::shared_ptr<Log>& log,
           Metrics& metrics);

  // A caller's own sessions are all that there are for it.
  absl::Status create(const Caller& caller, const v1::CreateSessionRequest& request,
                      v1::CreateSessionResponse& response);
  absl::Status get(const Caller& caller, const v1::GetSessionRequest& request,
                   v1::GetSessionResponse& response) const;
  absl::Status list(const Caller& caller, const v1::ListSessionsRequest& request,
                    v1::ListSessionsResponse& response) const;
  absl::Status remove(const Caller& caller, const v1::DeleteSessionRequest& request);
  // A blocking session's call that has to wait for bytes.
  struct Wait {
    bool keeps_output = false;  // leave the output pending while it waits
    bool needed = false;        // it has to; the response is not yet the call's answer
    v1::StepResponse before;    // what earlier tries of the call did: all are one step
  };
  absl::Status step(const Caller& caller, const v1::StepRequest& request,
                    v1::StepResponse& response, Wait& wait);

  // Who waits for steps of others that bring bytes.
  Waiters& waiters() { return waiters_; }

  absl::Status export_keying_material(const Caller& caller,
                                      const v1::ExportKeyingMaterialRequest& request,
                                      v1::ExportKeyingMaterialResponse& response) const;

  // Forgets the sessions that have expired. Called now and then; one that has expired is not found before that either.
  void sweep();

  // Logs the end of each session that is left, and forgets it.
  void end_all();

  [[nodiscard]] std::size_t count() const { return store_->size(); }
  // It can take calls.
  [[nodiscard]] bool ready() const { return store_->is_reachable(); }

 private:
  absl::Status take_step(const v1::StepRequest& request, SessionRecord& record,
                         v1::StepResponse& response, Wait& wait);
  connection::StepOutput call_engine(const v1::StepRequest& request,
                                     const handshake::Answer* answer, SessionRecord& record,
                                     absl::Time now);
  [[nodiscard]] absl::Status check_room(const v1::StepRequest& request,
                                        const SessionRecord& record) const;

  // When the session is gone if it is not used any more.
  [[nodiscard]] absl::Time expire_time(const SessionRecord& record) const;
  // It is no longer in the store. `why`: deleted, expired, shutdown.
  void ended(absl::string_view id, absl::string_view why, const SessionRecord& record,
             const Caller& caller = {});
  void count_step(const Caller& caller, const v1::StepRequest& request,
                  const v1::StepResponse& response, absl::Time start);

  const Limits limits_;
  const Policies policies_;
  ConfigCache configs_;
  PageTokens page_tokens_;
  std::unique_ptr<SessionStore> store_;
  MemoryTicketStore tickets_;
  Slots signature_waits_;
  Waiters waiters_;
  std::shared_ptr<Log> log_;
  Metrics& metrics_;
};

}  // namespace stepshake::server
