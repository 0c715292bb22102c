// The options for how a session is stepped: where it stops for its caller's word, after what a call
// comes back, what it tells, what its output goes through.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/service.h"

namespace stepshake::cli {

struct SteppingFlags {
  std::vector<std::string> pause_on;
  std::string granularity;
  uint32_t output_capacity = 0;  // bytes; 0: unbounded
  bool trace = false;
  bool key_log = false;
  bool blocking = false;
  std::string method;
  uint32_t history_steps = 0;
  std::string seed;   // hexadecimal; empty: none
  int64_t clock = 0;  // seconds since 1970, with a seed
};

void add_granularity_option(CLI::App& app, SteppingFlags& flags, const std::string& group);
void add_trace_options(CLI::App& app, SteppingFlags& flags, const std::string& group);
// Those that a caller has to be ready for.
void add_stop_options(CLI::App& app, SteppingFlags& flags, const std::string& group);

// What is kept of the session's steps, and whether they can be done again.
void add_record_options(CLI::App& app, SteppingFlags& flags, const std::string& group);
void set_stepping(const SteppingFlags& flags, v1::SessionConfig& config);

}  // namespace stepshake::cli
