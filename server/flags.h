// stepshaked's command line.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/time/time.h"
#include "server/limits.h"
#include "server/listen_address.h"
#include "server/redis.h"
#include "server/service_keys.h"

namespace stepshake::server {

struct Flags {
  std::vector<ListenAddress> listen;
  Limits limits;
  absl::Duration drain_timeout;
  std::string log_level;
  std::shared_ptr<const ServiceKeys> keys;  // null: no key file
  std::optional<RedisOptions> redis;
};

// What to print instead of serving, and how to exit: 0 for --help and --version (on stdout), 2 for
// a mistake (one line, on stderr).
struct Answer {
  int exit_status = 0;
  std::string text;
};

std::variant<Flags, Answer> parse_flags(int argc, const char* const* argv);

}  // namespace stepshake::server
