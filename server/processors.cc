#include "server/processors.h"

#include <sched.h>

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "server/file_stamp.h"

namespace stepshake::server {
namespace {

// In a container, the container's own.
constexpr const char* kCpuMax = "/sys/fs/cgroup/cpu.max";

std::size_t allowed_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  // It fails on a machine with more than a set has room for.
  return sched_getaffinity(0, sizeof set, &set) == 0 ? static_cast<std::size_t>(CPU_COUNT(&set))
                                                     : CPU_SETSIZE;
}

}  // namespace

std::size_t processors_of_quota(const std::string& cpu_max) {
  const std::vector<std::string> parts = absl::StrSplit(cpu_max, ' ');
  std::uint64_t quota = 0;
  std::uint64_t period = 0;
  const bool numbers = parts.size() == 2 && absl::SimpleAtoi(parts[0], &quota) &&
                       absl::SimpleAtoi(parts[1], &period);
  if (!numbers || quota == 0 || period == 0) return 0;
  return quota / period + (quota % period == 0 ? 0 : 1);
}

std::size_t usable_processors() {
  const std::size_t processors = std::max<std::size_t>(allowed_processors(), 1);
  const auto cpu_max = read_file(kCpuMax);
  const std::size_t paid_for = cpu_max.ok() ? processors_of_quota(*cpu_max) : 0;
  return paid_for == 0 ? processors : std::min(processors, paid_for);
}

}  // namespace stepshake::server
