// How many processors this process may use.
#pragma once

#include <cstddef>
#include <string>

namespace stepshake::server {

// At least one: those that it is allowed to run on (sched_getaffinity(2)), and no more than its control group has time
// for (cpu.max, cgroups(7), what Kubernetes makes of limits.cpu), rounded up.
std::size_t usable_processors();

// Of a cpu.max, "QUOTA PERIOD" in microseconds each or "max PERIOD"; 0: it sets no limit, or says something else.
std::size_t processors_of_quota(const std::string& cpu_max);

}  // namespace stepshake::server
