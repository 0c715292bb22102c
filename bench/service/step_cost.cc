#include <array>
#include <optional>

#include "bench/measure/statistics.h"
#include "bench/service/cell.h"
#include "bench/service/sections.h"
#include "bench/service/write_step.h"

namespace stepshake::bench {
namespace {

void print(const Cell& cell, JsonWriter& json) {
  json.begin_object(cell.server.name())
      .number("cpu_us", median(cell.cpu_us))
      .number("per_cpu_second", 1e6 / median(cell.cpu_us))
      .number("p50_us", median(cell.p50))
      .number("p99_us", median(cell.p99))
      .end_object();
}

class StepCost {
 public:
  StepCost(const Servers& servers, const Load& load, JsonWriter& json)
      : servers_(servers),
        load_(load),
        json_(json),
        engine_us_(engine_write_us(all_suites().front())),
        sessions_(fork_sessions(servers.service,
                                connected_session(servers.service, all_suites().front()),
                                load.callers.back())) {}

  void run() {
    json_.number("engine_step_us", engine_us_).begin_array("steps");
    for (const Shape shape : kShapes) {
      for (const std::size_t callers : load_.callers) row(shape, callers);
    }
    json_.end_array();
    delete_sessions(servers_.service, sessions_);
  }

 private:
  void row(Shape shape, std::size_t callers) {
    const std::size_t steps = callers == 1 ? load_.steps / 3 : load_.steps;
    Work real;
    for (std::size_t i = 0; i < steps; ++i) {
      real.requests.push_back(write_step(sessions_[i % callers]));
    }
    const auto cell = [&](ServerUnderLoad& server, Work work) {
      return Cell{server, make_caller(shape, server, callers), std::move(work)};
    };
    std::vector<Cell> cells;
    cells.push_back(cell(servers_.service, real));
    cells.front().measure(false);
    const v1::StepResponse& answer = cells.front().work.responses.back();
    check(answer.return_value() == static_cast<int>(kWritten), "a step did not write");
    for (v1::StepRequest& request : real.requests) request = echo_step(request, answer);
    cells.push_back(cell(servers_.callback_echo, real));
    cells.push_back(cell(servers_.queue_echo, real));
    for (Cell& each : cells) each.measure(false);
    for (std::size_t round = 0; round < load_.rounds; ++round) {
      for (Cell& each : cells) each.measure(true);
    }
    print(shape, callers, cells);
  }

  void print(Shape shape, std::size_t callers, const std::vector<Cell>& cells) {
    json_.begin_object().text("shape", name_of(shape)).count("callers", callers);
    json_.begin_object("servers");
    for (const Cell& each : cells) bench::print(each, json_);
    json_.end_object();
    json_.number("of_echo", ratio(cells[0], cells[1], 0))
        .number("without_engine_of_echo", ratio(cells[0], cells[1], engine_us_))
        .number("queue_of_callback_echo", ratio(cells[2], cells[1], 0))
        .end_object();
  }

  const Servers& servers_;
  const Load& load_;
  JsonWriter& json_;
  double engine_us_;
  Names sessions_;
};

}  // namespace

void measure_steps(const Servers& servers, const Load& load, JsonWriter& json) {
  StepCost(servers, load, json).run();
}

}  // namespace stepshake::bench
