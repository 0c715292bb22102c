// CPU time of this thread, and what is made of many measurements of one thing.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <vector>

namespace stepshake::bench {

// Nanoseconds; the accounting of getrusage(2) without its rounding to microseconds.
inline std::int64_t thread_cpu_ns() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// Between the two neighbours where the place is between them; 0 of nothing.
inline double quantile(std::vector<double> values, double place) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const double at = place * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  const double part = at - static_cast<double>(below);
  return values[below] * (1 - part) + values[above] * part;
}

inline double median(const std::vector<double>& values) { return quantile(values, 0.5); }

}  // namespace stepshake::bench
