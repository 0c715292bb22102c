// What comes of a session being a value: it is copied, given out and taken in, gone back over, and done again.
#pragma once

#include <memory>

#include "absl/status/status.h"
#include "server/caller.h"
#include "server/config_cache.h"
#include "server/limits.h"
#include "server/metrics.h"
#include "server/page_token.h"
#include "server/policies.h"
#include "server/service_keys.h"
#include "server/session_store.h"
#include "server/stepping.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// Safe to use from many threads. The answers are as those of Sessions.
class Archive {
 public:
  Archive(const Limits& limits, const Policies& policies, ConfigCache& configs, SessionStore& store,
          const ServiceKeys& keys, const PageTokens& page_tokens, Metrics& metrics)
      : limits_(limits),
        policies_(policies),
        configs_(configs),
        store_(store),
        keys_(keys),
        page_tokens_(page_tokens),
        metrics_(metrics),
        stepping_(limits, configs) {}

  absl::Status fork(const Caller& caller, const v1::ForkSessionRequest& request,
                    v1::ForkSessionResponse& response);
  absl::Status export_session(const Caller& caller, const v1::ExportSessionRequest& request,
                              v1::ExportSessionResponse& response) const;
  absl::Status import_session(const Caller& caller, const v1::ImportSessionRequest& request,
                              v1::ImportSessionResponse& response);
  absl::Status list_steps(const Caller& caller, const v1::ListStepsRequest& request,
                          v1::ListStepsResponse& response) const;
  absl::Status replay(const Caller& caller, const v1::ReplaySessionRequest& request,
                      v1::ReplaySessionResponse& response) const;

 private:
  absl::StatusOr<SessionStore::History> history(const Caller& caller, absl::string_view id) const;
  absl::Status insert(SessionStore::History session, v1::Session& shown);

  const Limits& limits_;
  const Policies& policies_;
  ConfigCache& configs_;
  SessionStore& store_;
  const ServiceKeys& keys_;
  const PageTokens& page_tokens_;
  Metrics& metrics_;
  const Stepping stepping_;
};

}  // namespace stepshake::server
