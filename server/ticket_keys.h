// The keys that seal tickets and retry cookies, the same for all sessions of this server and new in every period.
#pragma once

#include <vector>

#include "absl/time/time.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "policy/psk.h"

namespace stepshake::server {

// Derives each period's key from one secret, so that there is nothing to rotate but the clock. Immutable.
class TicketKeys {
 public:
  explicit TicketKeys(const crypto::Entropy& secret) : secret_(secret) {}

  // The period's number: keys change with it.
  [[nodiscard]] static std::int64_t period(absl::Time now);

  // The period's key, with which new tickets are sealed, and those of the periods before it from which a ticket can
  // still be valid (RFC 8446 4.6.1: at most 7 days).
  [[nodiscard]] std::vector<policy::TicketKey> in(std::int64_t period) const;

 private:
  Secret secret_;
};

}  // namespace stepshake::server
