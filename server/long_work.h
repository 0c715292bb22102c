// Which sessions' steps take so long that others must not wait for them: a millisecond and more of one processor.
#pragma once

#include "policy/config.h"

namespace stepshake::server {

// By the keys that its sessions sign with and the groups that they are likely to use. What a peer makes of the rest of
// the configuration (the last group of a list) is not foreseen.
bool takes_long(const policy::Config& config);

}  // namespace stepshake::server
