#include <algorithm>
#include <memory>
#include <random>
#include <utility>

#include "bench/measure/statistics.h"
#include "bench/service/sections.h"
#include "bench/service/write_step.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kAtOnce = 16;

// What is looked for is small: so many more rounds than elsewhere.
constexpr std::size_t kMoreRounds = 5;

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

// Steps that are sent again and again, and what the server's CPU is for one, microseconds.
class Steps {
 public:
  Steps(ServerUnderLoad& server, Work work)
      : server_(server),
        caller_(make_caller(Shape::one_stream, server, kAtOnce)),
        work_(std::move(work)) {
    caller_->run(work_);
  }

  double cost() {
    const double before = server_.cpu_us();
    caller_->run(work_);
    return (server_.cpu_us() - before) / static_cast<double>(work_.requests.size());
  }
  [[nodiscard]] const Work& work() const { return work_; }

 private:
  ServerUnderLoad& server_;
  std::unique_ptr<Caller> caller_;
  Work work_;
};

Work as_echo(const Work& work) {
  Work echo;
  for (std::size_t i = 0; i < work.requests.size(); ++i) {
    echo.requests.push_back(echo_step(work.requests[i], work.responses[i]));
  }
  return echo;
}

struct Cost {
  double step_us;
  double of_one;   // of a step where all are on one session
  double of_echo;  // of a bare echo
  double p99_us;
};

// In turns, so that what else the machine does weighs on all alike.
Cost measure(const Servers& servers, const Load& load, const Names& sessions) {
  Steps any(servers.service, random_steps(sessions, load.steps));
  Steps one(servers.service, random_steps({sessions.front()}, load.steps));
  Steps echo(servers.callback_echo, as_echo(any.work()));
  std::vector<double> cpu;
  std::vector<double> of_one;
  std::vector<double> of_echo;
  std::vector<double> p99;
  for (std::size_t round = 0; round < kMoreRounds * load.rounds; ++round) {
    cpu.push_back(any.cost());
    p99.push_back(quantile(any.work().microseconds, 0.99));
    of_one.push_back(cpu.back() / one.cost());
    of_echo.push_back(cpu.back() / echo.cost());
  }
  return {median(cpu), median(of_one), median(of_echo), median(p99)};
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
        .number("of_one", cost.of_one)
        .number("of_echo", cost.of_echo)
        .number("p99_us", cost.p99_us)
        .end_object();
  }
  json.end_array();
  delete_sessions(servers.service, sessions);
}

}  // namespace stepshake::bench
