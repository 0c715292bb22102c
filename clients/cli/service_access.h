// Where the service is, and what this program shows it: the options of every verb.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "absl/status/status.h"

namespace stepshake::cli {

struct ServiceAccess {
  std::string server = "127.0.0.1:50443";
  std::string hostname;  // to find in its certificate; empty: the server's
  // The files as they were named, and what they hold.
  std::string authorities_file;
  std::string certificate_file;
  std::string key_file;
  std::string token_file;
  std::string authorities;  // PEM; empty: no TLS
  std::string certificate;
  std::string key;
  std::string token;  // empty: none
};

void add_service_options(CLI::App& app, ServiceAccess& access);

// Reads the files. INVALID_ARGUMENT for options that do not go together, and files that hold something else.
absl::Status load(ServiceAccess& access);

}  // namespace stepshake::cli
