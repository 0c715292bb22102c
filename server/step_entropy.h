// Chance for steps.
#pragma once

#include "crypto/random.h"

namespace stepshake::server {

// From a pool of the thread's own: libcrypto's generator, asked in each step, was a fifth of its cost beside gRPC. The
// service does not fork.
crypto::Entropy step_entropy();

}  // namespace stepshake::server
