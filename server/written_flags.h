// The flags one by one, as they were written, before they are judged together.
#pragma once

#include <optional>
#include <string>

#include "server/flags.h"

namespace stepshake::server {

struct WrittenFlags {
  Flags flags;
  std::string key_file;             // empty: none
  std::string redis;                // HOST:PORT; empty: none
  std::string redis_password_file;  // empty: none
  std::string redis_prefix;
  // Where nothing is said, it depends on who can reach the server.
  std::optional<bool> allow_key_log;
  std::optional<bool> allow_secrets;
  std::optional<bool> allow_deterministic;
  std::optional<bool> allow_early_data_replay;
};

}  // namespace stepshake::server
