// What it costs to fork a session, to write it as bytes, and to read it back, at each point of a handshake: thread CPU,
// the median of many rounds. Prints JSON. Usage: bench_snapshots [ROUNDS]
#include <cstdlib>
#include <string>
#include <vector>

#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "bench/measure/json.h"
#include "bench/measure/statistics.h"
#include "connection/snapshot.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kBatch = 32;

struct Point {
  std::string name;
  connection::Stepped stepped;
};

// A client's and a server's session at each point of one handshake.
std::vector<Point> points(const Suite& suite) {
  const policy::Config client_side = client_config(suite);
  const policy::Config server_side = server_config(suite);
  EnginePeer client(client_side);
  EnginePeer server(server_side);
  std::vector<Point> all;
  const auto keep = [&all](const char* name, const EnginePeer& peer) {
    all.push_back({name, peer.stepped()});
  };
  server.shake({});
  keep("server-waiting", server);
  const Bytes hello = client.shake({});
  keep("client-hello", client);
  const Bytes flight = server.shake(hello);
  keep("server-flight", server);
  const Bytes finished = client.shake(flight);
  keep("client-done", client);
  server.shake(finished);
  keep("server-done", server);
  check(client.complete() && server.complete(), "the engine's handshake is not complete");
  return all;
}

// `act` is told where to put its result: freeing results is measured, too.
template <class Result, class Act>
double microseconds(std::size_t rounds, const Act& act) {
  std::vector<double> each;
  for (std::size_t round = 0; round < rounds; ++round) {
    const std::int64_t start = thread_cpu_ns();
    {
      std::vector<Result> made;
      made.reserve(kBatch);
      for (std::size_t i = 0; i < kBatch; ++i) made.push_back(act());
    }
    each.push_back(static_cast<double>(thread_cpu_ns() - start) / 1e3 / kBatch);
  }
  return median(each);
}

void measure(const Point& point, std::size_t rounds, JsonWriter& json) {
  const Bytes bytes = connection::snapshot(point.stepped);
  check(connection::restore(bytes).ok(), "a snapshot cannot be read back");
  const double copy =
      microseconds<connection::Stepped>(rounds, [&] { return connection::Stepped(point.stepped); });
  const double snapshot =
      microseconds<Bytes>(rounds, [&] { return connection::snapshot(point.stepped); });
  const double restore =
      microseconds<connection::Stepped>(rounds, [&] { return connection::restore(bytes).value(); });
  json.begin_object()
      .text("state", point.name)
      .count("snapshot_bytes", bytes.size())
      .number("fork_us", copy)
      .number("snapshot_us", snapshot)
      .number("restore_us", restore)
      .end_object();
}

}  // namespace
}  // namespace stepshake::bench

int main(int argc, char** argv) {
  using namespace stepshake::bench;  // NOLINT: main is part of it
  const std::size_t rounds = argc > 1 ? std::strtoul(argv[1], nullptr, 10) : 200;
  check(rounds > 0, "usage: bench_snapshots [ROUNDS]");
  JsonWriter json;
  json.begin_object().begin_array("rows");
  for (const Point& point : points(all_suites().front())) measure(point, rounds, json);
  json.end_array().end_object().print();
  return 0;
}
