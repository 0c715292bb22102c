#include <random>
#include <utility>

#include "bench/measure/statistics.h"
#include "bench/service/cell.h"
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

Work as_echo(const Work& work) {
  Work echo;
  for (std::size_t i = 0; i < work.requests.size(); ++i) {
    echo.requests.push_back(echo_step(work.requests[i], work.responses[i]));
  }
  return echo;
}

void measure(const Servers& servers, const Load& load, const Names& sessions, JsonWriter& json) {
  const auto cell = [&](ServerUnderLoad& server, Work work) {
    Cell made{server, make_caller(Shape::one_stream, server, kAtOnce), std::move(work)};
    made.measure(false);
    return made;
  };
  Cell any = cell(servers.service, random_steps(sessions, load.steps));
  Cell one = cell(servers.service, random_steps({sessions.front()}, load.steps));
  Cell echo = cell(servers.callback_echo, as_echo(any.work));
  // In turns, so that what else the machine does weighs on all alike.
  for (std::size_t round = 0; round < kMoreRounds * load.rounds; ++round) {
    for (Cell* each : {&any, &one, &echo}) each->measure(true);
  }
  json.number("step_us", median(any.cpu_us))
      .number("of_one", ratio(any, one))
      .number("of_echo", ratio(any, echo))
      .number("p99_us", median(any.p99));
}

}  // namespace

void measure_live_sessions(const Servers& servers, const Load& load, JsonWriter& json) {
  const std::string model = connected_session(servers.service, all_suites().front());
  Names sessions{model};
  json.begin_array("live_sessions");
  for (const std::size_t count : load.sessions) {
    const Names more = fork_sessions(servers.service, model, count - sessions.size());
    sessions.insert(sessions.end(), more.begin(), more.end());
    json.begin_object().count("sessions", count);
    measure(servers, load, sessions, json);
    json.end_object();
  }
  json.end_array();
  delete_sessions(servers.service, sessions);
}

}  // namespace stepshake::bench
