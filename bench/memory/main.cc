// What one session takes while nobody steps it: malloc's count and the resident set, over many in one state. Each in a
// process of its own, so that nothing of another state is found again. Prints JSON.
#include <malloc.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <map>
#include <string>

#include "bench/measure/check.h"
#include "bench/measure/json.h"
#include "bench/memory/holder.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kFirst = 100;     // not counted: what grows at first and is kept
constexpr std::size_t kSample = 1'000;  // tell how many there is memory for

struct Kind {
  std::unique_ptr<Holder> (*make)();
  bool copies;
};
const std::map<std::string, Kind>& kinds() {
  static const std::map<std::string, Kind> all = {
      {"engine", {engine_holder, false}},
      {"engine-copies", {engine_holder, true}},
      {"libssl", {libssl_holder, false}},
      {"libssl-release-buffers", {lean_libssl_holder, false}},
      {"service", {service_holder, false}},
      {"service-idle", {idle_service_holder, false}},
      {"service-idle-copies", {idle_service_holder, true}},
  };
  return all;
}

const std::map<std::string, State>& states() {
  static const std::map<std::string, State> all = {
      {"server-waiting", State::server_waiting}, {"client-hello", State::client_hello},
      {"server-flight", State::server_flight},   {"client-done", State::client_done},
      {"server-done", State::server_done},
  };
  return all;
}

struct Used {
  double malloced;
  double resident;
};

Used used() {
  malloc_trim(0);
  const auto info = mallinfo2();
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return {static_cast<double>(info.uordblks + info.hblkhd),
          static_cast<double>(resident) * static_cast<double>(sysconf(_SC_PAGESIZE))};
}

// Half of what the machine has left.
double allowance() {
  std::ifstream info("/proc/meminfo");
  std::string word;
  while (info >> word) {
    double kilobytes = 0;
    if (word == "MemAvailable:" && info >> kilobytes) return kilobytes * 1'024 / 2;
  }
  return 1e9;
}

class Measurement {
 public:
  Measurement(const Kind& kind, State state, std::size_t wanted)
      : copies_(kind.copies), state_(state), wanted_(wanted), holder_(kind.make()) {}

  void run() {
    holder_->expect(kFirst + wanted_);
    holder_->add(state_);
    hold(kFirst - 1);
    const Used before = used();
    const std::size_t sample = std::min(wanted_, kSample);
    hold(sample);
    const double session = (used().resident - before.resident) / static_cast<double>(sample);
    count_ = std::max(sample, std::min(wanted_, fitting(session)));
    hold(count_ - sample);
    const Used after = used();
    each_ = {each(before.malloced, after.malloced) - static_cast<double>(holder_->list_bytes()),
             each(before.resident, after.resident)};
  }

  void print(const std::string& kind, const std::string& state) const {
    JsonWriter json;
    json.begin_object()
        .text("holder", kind)
        .text("state", state)
        .count("wanted", wanted_)
        .count("sessions", count_)
        .number("malloc_bytes", each_.malloced)
        .number("resident_bytes", each_.resident)
        .end_object()
        .print();
  }

 private:
  void hold(std::size_t more) {
    for (std::size_t i = 0; i < more; ++i) copies_ ? holder_->copy() : holder_->add(state_);
    holder_->rest();
  }
  static std::size_t fitting(double session_bytes) {
    return static_cast<std::size_t>(allowance() / std::max(session_bytes, 512.0));
  }
  [[nodiscard]] double each(double before, double after) const {
    return (after - before) / static_cast<double>(count_);
  }

  bool copies_;
  State state_;
  std::size_t wanted_;
  std::size_t count_ = 0;
  std::unique_ptr<Holder> holder_;
  Used each_{};
};

int usage() {
  std::fprintf(stderr, "usage: bench_memory HOLDER STATE SESSIONS\nholders:");
  for (const auto& [name, kind] : kinds()) std::fprintf(stderr, " %s", name.c_str());
  std::fprintf(stderr, "\nstates:");
  for (const auto& [name, state] : states()) std::fprintf(stderr, " %s", name.c_str());
  std::fprintf(stderr, "\n");
  return 2;
}

}  // namespace
}  // namespace stepshake::bench

int main(int argc, char** argv) {
  using namespace stepshake::bench;  // NOLINT: main is part of it
  if (argc != 4 || kinds().count(argv[1]) == 0 || states().count(argv[2]) == 0) return usage();
  const std::size_t wanted = std::strtoul(argv[3], nullptr, 10);
  if (wanted == 0) return usage();
  Measurement measurement(kinds().at(argv[1]), states().at(argv[2]), wanted);
  measurement.run();
  measurement.print(argv[1], argv[2]);
  return 0;
}
