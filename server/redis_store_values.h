// What lies in the store beside sessions, sealed: configurations, tickets, the test identities that all servers share.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/psk.h"
#include "server/config_cache.h"
#include "server/redis.h"
#include "server/service_keys.h"
#include "server/test_identities.h"

namespace stepshake::server {

std::string seal_config(const ServiceKeys& keys, const SharedConfig& config);
absl::StatusOr<std::shared_ptr<const SharedConfig>> open_config(const ServiceKeys& keys,
                                                                absl::string_view sealed,
                                                                ConfigCache& configs);

std::string seal_ticket(const ServiceKeys& keys, const policy::Psk& ticket);
std::optional<policy::Psk> open_ticket(const ServiceKeys& keys, absl::string_view sealed);

// The identities that the first of the servers over this store made; ours, where that is this one.
absl::StatusOr<std::shared_ptr<const TestIdentities>> share_test_identities(
    Redis& redis, const ServiceKeys& keys, std::shared_ptr<const TestIdentities> ours);

}  // namespace stepshake::server
