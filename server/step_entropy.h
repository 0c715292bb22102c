// Chance for steps.
#pragma once

#include "crypto/random.h"

namespace stepshake::server {

// As crypto::fresh_entropy, which asks libcrypto's generator each time: a fifth of a step's cost beside gRPC. A thread asks
// once for many steps, spins what it gets out to what they need, and wipes what it gives out. Not for a process that
// forks, as the service does not.
crypto::Entropy step_entropy();

}  // namespace stepshake::server
