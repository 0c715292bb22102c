// A session outside of the service: its record, its configuration and, where it is asked for, its history, sealed under
// the service's keys.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/config_cache.h"
#include "server/service_keys.h"
#include "server/session_store.h"

namespace stepshake::server {

// A built-in test identity is replaced by the chain and key that it stands for, since another server has others.
std::string seal_session(const SessionStore::History& session, bool with_history,
                         const ServiceKeys& keys, const TestIdentities& test_identities);

// INVALID_ARGUMENT, naming the field sealed_session, for what was not sealed under one of the keys; FAILED_PRECONDITION,
// reason WRONG_FORMAT, for what another version has sealed.
absl::StatusOr<SessionStore::History> open_session(absl::string_view sealed,
                                                   const ServiceKeys& keys, ConfigCache& configs);

}  // namespace stepshake::server
