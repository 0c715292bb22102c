#include <algorithm>

#include "bench/handshake/contender.h"
#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "bench/measure/statistics.h"
#include "bench/service/sections.h"
#include "bench/service/service_sessions.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kAtOnce = 64;

// Server CPU of a handshake, microseconds, by round.
struct Cost {
  std::vector<double> steps = {};    // its two: ClientHello and Finished
  std::vector<double> session = {};  // made, and ended
};

class Handshakes {
 public:
  Handshakes(const Suite& suite, ServerUnderLoad& server, std::size_t count)
      : server_(server),
        count_(count),
        server_config_(service_config(suite)),
        client_config_(client_config(suite)) {}

  // All ClientHellos, then all Finished; what the clients do between is not the server's.
  void run(Shape shape, Cost& cost) {
    const auto caller = make_caller(shape, server_, kAtOnce);
    std::vector<EnginePeer> clients(count_, EnginePeer(client_config_));
    Names names;
    const double made = spent([&] { names = create_sessions(server_, server_config_, count_); });

    Work work;
    for (std::size_t i = 0; i < count_; ++i) {
      work.requests.push_back(do_handshake(names[i], clients[i].shake({})));
    }
    double steps = spent([&] { caller->run(work); });
    for (std::size_t i = 0; i < count_; ++i) {
      const BytesView flight = view_of(work.responses[i].output());
      work.requests[i] = do_handshake(names[i], clients[i].shake(flight));
      check(clients[i].complete(), "a client's handshake is not complete");
    }
    steps += spent([&] { caller->run(work); });
    for (const v1::StepResponse& response : work.responses) {
      check(response.handshake_complete(), "a server's handshake is not complete");
    }
    const double ended = spent([&] { delete_sessions(server_, names); });
    cost.steps.push_back(steps / static_cast<double>(count_));
    cost.session.push_back((made + ended) / static_cast<double>(count_));
  }

 private:
  template <class Act>
  double spent(const Act& act) {
    const double before = server_.cpu_us();
    act();
    return server_.cpu_us() - before;
  }

  ServerUnderLoad& server_;
  std::size_t count_;
  v1::SessionConfig server_config_;
  policy::Config client_config_;
};

// The server's side in this process, by round: as many as through the service, so that what else the machine does weighs
// on both alike.
struct Local {
  std::unique_ptr<Runner> runner;
  std::size_t count;
  std::vector<double> server_us = {};

  void measure() {
    CpuMeter meter;
    std::size_t done = 0;
    while (done < count) done += runner->run(std::min(kAtOnce, count - done), meter);
    server_us.push_back(meter.microseconds(Side::server) / static_cast<double>(done));
  }
};

// How often as many handshakes a CPU second: the median of rounds, which are near in time.
double times(const std::vector<double>& reference, const std::vector<double>& of) {
  std::vector<double> each;
  for (std::size_t i = 0; i < of.size(); ++i) each.push_back(reference[i] / of[i]);
  return median(each);
}

void print(const char* key, const Cost& cost, const Local& libssl, JsonWriter& json) {
  std::vector<double> whole;
  for (std::size_t i = 0; i < cost.steps.size(); ++i) {
    whole.push_back(cost.steps[i] + cost.session[i]);
  }
  json.begin_object(key)
      .number("cpu_us", median(cost.steps))
      .number("per_cpu_second", 1e6 / median(cost.steps))
      .number("times_libssl", times(libssl.server_us, cost.steps))
      .number("with_session_us", median(whole))
      .number("with_session_times_libssl", times(libssl.server_us, whole))
      .end_object();
}

}  // namespace

void measure_handshakes(const Servers& servers, const Load& load, JsonWriter& json) {
  const Suite& suite = all_suites().front();
  Handshakes handshakes(suite, servers.service, load.handshakes);
  // Each in the turn before the one that is compared to it.
  Local libssl_by_unary{prepare_libssl(suite), load.handshakes};
  Local libssl_by_stream{prepare_libssl(suite), load.handshakes};
  Local engine{prepare_engine(suite), load.handshakes};
  Cost unary;
  Cost one_stream;
  const auto round = [&] {
    engine.measure();
    libssl_by_unary.measure();
    handshakes.run(Shape::unary, unary);
    libssl_by_stream.measure();
    handshakes.run(Shape::one_stream, one_stream);
  };
  round();  // what is made at first and kept
  libssl_by_unary.server_us.clear();
  libssl_by_stream.server_us.clear();
  engine.server_us.clear();
  unary = one_stream = {};
  for (std::size_t i = 0; i < load.rounds; ++i) round();

  json.begin_object("handshakes").text("suite", suite.id);
  const double libssl_us = median(libssl_by_unary.server_us);
  json.number("libssl_us", libssl_us)
      .number("libssl_per_cpu_second", 1e6 / libssl_us)
      .number("engine_us", median(engine.server_us))
      .number("engine_times_libssl", times(libssl_by_unary.server_us, engine.server_us));
  print("unary", unary, libssl_by_unary, json);
  print("one_stream", one_stream, libssl_by_stream, json);
  json.end_object();
}

}  // namespace stepshake::bench
