#include <algorithm>
#include <random>

#include "bench/measure/statistics.h"
#include "bench/service/sections.h"
#include "bench/service/write_step.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kAtOnce = 16;

// Any of the sessions, in any order: a seed, so that each run does the same.
Work random_steps(const Names& sessions, std::size_t count) {
  std::mt19937 chance(1);
  std::uniform_int_distribution<std::size_t> any(0, sessions.size() - 1);
  Work work;
  for (std::size_t i = 0; i < count; ++i) {
    work.requests.push_back(write_step(sessions[any(chance)]));
  }
  return work;
}

struct Cost {
  double step_us;
  double of_echo;
  double p99_us;
};

Cost measure(const Servers& servers, const Load& load, const Names& sessions) {
  const auto caller = make_caller(Shape::one_stream, servers.service, kAtOnce);
  const auto echo_caller = make_caller(Shape::one_stream, servers.callback_echo, kAtOnce);
  Work work = random_steps(sessions, load.steps);
  caller->run(work);
  Work echo = work;
  for (std::size_t i = 0; i < echo.requests.size(); ++i) {
    echo.requests[i] = echo_step(work.requests[i], work.responses[i]);
  }
  echo_caller->run(echo);
  std::vector<double> cpu;
  std::vector<double> ratios;
  std::vector<double> p99;
  for (std::size_t round = 0; round < load.rounds; ++round) {
    const double start = servers.service.cpu_us();
    caller->run(work);
    const double echo_start = servers.callback_echo.cpu_us();
    cpu.push_back((servers.service.cpu_us() - start) / static_cast<double>(load.steps));
    p99.push_back(quantile(work.microseconds, 0.99));
    echo_caller->run(echo);
    const double of_echo =
        (servers.callback_echo.cpu_us() - echo_start) / static_cast<double>(load.steps);
    ratios.push_back(cpu.back() / of_echo);
  }
  return {median(cpu), median(ratios), median(p99)};
}

}  // namespace

void measure_live_sessions(const Servers& servers, const Load& load, JsonWriter& json) {
  const std::string model = connected_session(servers.service, all_suites().front());
  Names sessions{model};
  json.begin_array("live_sessions");
  for (const std::size_t count : load.sessions) {
    const Names more = fork_sessions(servers.service, model, count - sessions.size());
    sessions.insert(sessions.end(), more.begin(), more.end());
    const Cost cost = measure(servers, load, sessions);
    json.begin_object()
        .count("sessions", count)
        .number("step_us", cost.step_us)
        .number("of_echo", cost.of_echo)
        .number("p99_us", cost.p99_us)
        .end_object();
  }
  json.end_array();
  delete_sessions(servers.service, sessions);
}

}  // namespace stepshake::bench
