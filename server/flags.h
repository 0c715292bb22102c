// What stepshaked is told: on its command line, in its environment, and in a file, in this order of precedence.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/time/time.h"
#include "server/limits.h"
#include "server/listen_address.h"
#include "server/policies.h"
#include "server/redis.h"
#include "server/service_keys.h"
#include "server/tls_files.h"

namespace stepshake::server {

struct Flags {
  std::vector<ListenAddress> listen;
  std::optional<ListenAddress> health_listen;
  std::optional<ListenAddress> metrics_listen;
  bool insecure = false;
  bool reflection = true;
  std::size_t io_threads = 0;  // 0: as many as there are processors that it may use, and 2 for one
  TlsFiles tls;
  std::string token_file;  // empty: no tokens
  Limits limits;
  Policies policies;
  absl::Duration drain_timeout;
  std::string log_level;
  std::string log_format;
  std::shared_ptr<const ServiceKeys> keys;  // null: no key file
  std::optional<RedisOptions> redis;        // nothing: sessions are in memory
};

// What to print instead of serving, and how to exit: 0 for --help and --version (on stdout), 2 for
// a mistake (one line, on stderr).
struct Answer {
  int exit_status = 0;
  std::string text;
};

// `environment` is getenv(3) or something like it.
using Environment = absl::FunctionRef<const char*(const char* name)>;
std::variant<Flags, Answer> parse_flags(int argc, const char* const* argv, Environment environment);

}  // namespace stepshake::server
