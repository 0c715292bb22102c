// The keys that seal tickets and retry cookies, the same for all sessions of this server and new in every period.
#pragma once

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "base/secret.h"
#include "policy/psk.h"

namespace stepshake::server {

// Derives each period's key from a secret, so that there is nothing to rotate but the clock, or the secrets. Immutable.
class TicketKeys {
 public:
  // The first secret's keys seal, those of all of them open.
  explicit TicketKeys(std::vector<Secret> secrets) : secrets_(std::move(secrets)) {}

  // The period's number: keys change with it.
  [[nodiscard]] static std::int64_t period(absl::Time now);

  // The period's key, with which new tickets are sealed, and those of the periods before it from which a ticket can
  // still be valid (RFC 8446 4.6.1: at most 7 days).
  [[nodiscard]] std::vector<policy::TicketKey> in(std::int64_t period) const;

 private:
  std::vector<Secret> secrets_;
};

}  // namespace stepshake::server
