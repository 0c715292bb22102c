// What SessionConfig says of TLS 1.2 and older, and of extensions. A part of convert_config.h.
#pragma once

#include "absl/status/status.h"
#include "policy/config.h"
#include "stepshake/v1/session.pb.h"

namespace stepshake::server {

absl::Status set_tls12(const v1::SessionConfig& from, policy::Config& to);

absl::Status set_extensions(const v1::SessionConfig& from, policy::Config& to);

}  // namespace stepshake::server
