// Load for a running stepshaked and for bare echo services beside it; what they take is read from their processes'
// clocks. Prints JSON. bench/run.py starts the servers.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>

#include "bench/service/sections.h"

namespace stepshake::bench {
namespace {

using Section = void (*)(const Servers&, const Load&, JsonWriter&);
const std::map<std::string, Section>& sections() {
  static const std::map<std::string, Section> all = {
      {"steps", measure_steps},
      {"live-sessions", measure_live_sessions},
      {"handshakes", measure_handshakes},
      {"slow-lane", measure_slow_lane},
  };
  return all;
}

// "127.0.0.1:50443@4711": where it listens, and its process.
ServerUnderLoad server(const char* name, const std::string& text) {
  const std::size_t at = text.find('@');
  check(at != std::string::npos, "a server is given as ADDRESS@PID");
  return {name, text.substr(0, at), static_cast<pid_t>(std::stol(text.substr(at + 1)))};
}

// For a minute's look, or for a test.
Load less(Load load, const std::string& pace) {
  if (pace == "full") return load;
  load.callers = {1, 64};
  load.rounds = 3;
  load.steps = 1'500;
  load.handshakes = 256;
  load.sessions.pop_back();
  if (pace == "quick") return load;
  load.callers = {1, 4};
  load.rounds = 1;
  load.steps = 30;
  load.handshakes = 8;
  load.sessions = {1, 50};
  return load;
}

int usage() {
  std::fprintf(stderr,
               "usage: bench_service full|quick|try SERVICE CALLBACK_ECHO QUEUE_ECHO SECTION...\n"
               "servers: ADDRESS@PID; sections: steps live-sessions handshakes slow-lane\n");
  return 2;
}

}  // namespace
}  // namespace stepshake::bench

int main(int argc, char** argv) {
  using namespace stepshake::bench;  // NOLINT: main is part of it
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (arguments.size() < 5) return usage();
  const std::vector<std::string> wanted(arguments.begin() + 4, arguments.end());
  for (const std::string& section : wanted) {
    if (sections().count(section) == 0) return usage();
  }
  ServerUnderLoad service = server("stepshaked", arguments[1]);
  ServerUnderLoad callback_echo = server("callback echo", arguments[2]);
  ServerUnderLoad queue_echo = server("queue echo", arguments[3]);
  const Load load = less({}, arguments[0]);
  JsonWriter json;
  json.begin_object();
  for (const std::string& section : wanted) {
    sections().at(section)({service, callback_echo, queue_echo}, load, json);
  }
  json.end_object().print();
  return 0;
}
