// A server that is called in one shape, and what it took round by round.
#pragma once

#include <memory>
#include <vector>

#include "bench/measure/statistics.h"
#include "bench/service/caller.h"

namespace stepshake::bench {

struct Cell {
  ServerUnderLoad& server;
  std::unique_ptr<Caller> caller;
  Work work;
  std::vector<double> cpu_us = {};  // a step
  std::vector<double> p50 = {};
  std::vector<double> p99 = {};

  void measure(bool kept) {
    const double before = server.cpu_us();
    caller->run(work);
    if (!kept) return;
    cpu_us.push_back((server.cpu_us() - before) / static_cast<double>(work.requests.size()));
    p50.push_back(median(work.microseconds));
    p99.push_back(quantile(work.microseconds, 0.99));
  }
};

// The median of rounds, as they are near in time; of what `of` takes, `less` microseconds do not count.
inline double ratio(const Cell& of, const Cell& to, double less = 0) {
  std::vector<double> each;
  for (std::size_t i = 0; i < of.cpu_us.size(); ++i) {
    each.push_back((of.cpu_us[i] - less) / to.cpu_us[i]);
  }
  return median(each);
}

}  // namespace stepshake::bench
