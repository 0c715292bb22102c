// The engine's configurations for a suite.
#pragma once

#include "bench/handshake/suite.h"
#include "policy/config.h"

namespace stepshake::bench {

// Both issue and keep what a later handshake resumes.
policy::Config client_config(const Suite& suite);
policy::Config server_config(const Suite& suite);

}  // namespace stepshake::bench
