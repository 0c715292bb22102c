// Whole handshakes: every contender and suite interleaved in one process, CPU time of client and server apart. Prints
// JSON. With --callgrind it does each once, for bench/instructions.py.
#include <openssl/crypto.h>

#include <cstdlib>
#include <cstring>
#include <string>

#include "bench/handshake/contender.h"
#include "bench/measure/check.h"
#include "bench/measure/json.h"

namespace stepshake::bench {
namespace {

struct Options {
  std::size_t rounds = 25;
  std::size_t batch = 16;
  std::string only;  // suites whose id has this in it
  bool headlines = false;
  bool callgrind = false;
};

// The first is what the others are compared with.
const std::vector<Contender>& contenders() {
  static const std::vector<Contender> all = {
      {"libssl", prepare_libssl},
      {"engine", prepare_engine},
      {"engine-seen", prepare_engine_seen},
      {"floor", prepare_floor},
      {"floor+symmetric", prepare_floor_symmetric},
      {"lean", prepare_lean_floor},
      {"seen", prepare_seen_floor},
  };
  return all;
}

std::vector<Suite> chosen_suites(const Options& options) {
  std::vector<Suite> chosen;
  for (std::size_t i = 0; i < all_suites().size(); ++i) {
    if (options.headlines && i >= kHeadlines) break;
    const Suite& suite = all_suites()[i];
    if (suite.id.find(options.only) != std::string::npos) chosen.push_back(suite);
  }
  check(!chosen.empty(), "no suite has that in its id");
  return chosen;
}

// A contender at a suite, and what it took: microseconds a handshake, by round.
struct Cell {
  std::unique_ptr<Runner> runner;
  std::array<std::vector<double>, 2> side;
  std::vector<double> total;
  std::size_t handshakes = 0;

  void measure(std::size_t batch) {
    CpuMeter meter;
    handshakes += runner->run(batch, meter);
    const auto each = [&](Side which) {
      const double spent = meter.microseconds(which) / static_cast<double>(batch);
      side[index_of(which)].push_back(spent);
      return spent;
    };
    total.push_back(each(Side::client) + each(Side::server));
  }
};
using Row = std::vector<Cell>;

std::vector<Row> prepare(const std::vector<Suite>& suites, std::size_t batch) {
  NoMeter none;
  std::vector<Row> rows;
  for (const Suite& suite : suites) {
    Row& row = rows.emplace_back();
    for (const Contender& contender : contenders()) {
      row.push_back({contender.prepare(suite), {}, {}, 0});
      row.back().runner->run(batch, none);  // what is made at first and kept
    }
  }
  return rows;
}

// Of rounds, not of medians: what is measured in one round is near in time, so that the machine's drift cancels out.
double ratio(const std::vector<double>& of, const std::vector<double>& to) {
  std::vector<double> each;
  for (std::size_t i = 0; i < of.size(); ++i) each.push_back(of[i] / to[i]);
  return median(each);
}

void print(const std::vector<Suite>& suites, const std::vector<Row>& rows) {
  JsonWriter json;
  json.begin_object().text("libcrypto", OpenSSL_version(OPENSSL_VERSION)).begin_array("rows");
  for (std::size_t i = 0; i < suites.size(); ++i) {
    const Row& row = rows[i];
    json.begin_object().text("suite", suites[i].id).text("headline", i < kHeadlines ? "yes" : "no");
    json.begin_object("contenders");
    for (std::size_t j = 0; j < row.size(); ++j) {
      json.begin_object(contenders()[j].name)
          .count("handshakes", row[j].handshakes)
          .number("client_us", median(row[j].side[index_of(Side::client)]))
          .number("server_us", median(row[j].side[index_of(Side::server)]))
          .number("total_us", median(row[j].total))
          .number("least_us", quantile(row[j].total, 0))
          .number("of_libssl", ratio(row[j].total, row[0].total))
          .number("client_of_libssl", ratio(row[j].side[0], row[0].side[0]))
          .number("server_of_libssl", ratio(row[j].side[1], row[0].side[1]))
          .end_object();
    }
    json.end_object().end_object();
  }
  json.end_array().end_object().print();
}

// callgrind dumps what it has collected when this is left.
[[gnu::noinline]] void callgrind_dumps(Runner& runner, std::size_t batch, Side side) {
  CallgrindMeter meter(side);
  runner.run(batch, meter);
  asm volatile("");
}

void run_for_callgrind(const std::vector<Suite>& suites, std::vector<Row>& rows,
                       std::size_t batch) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t j = 0; j < rows[i].size(); ++j) {
      for (const Side side : {Side::client, Side::server}) {
        callgrind_dumps(*rows[i][j].runner, batch, side);
        std::printf("%s %s %s %zu\n", suites[i].id.c_str(), contenders()[j].name.c_str(),
                    side == Side::client ? "client" : "server", batch);
      }
    }
  }
}

void run(const Options& options) {
  const std::vector<Suite> suites = chosen_suites(options);
  std::vector<Row> rows = prepare(suites, options.batch);
  if (options.callgrind) return run_for_callgrind(suites, rows, options.batch);
  for (std::size_t round = 0; round < options.rounds; ++round) {
    for (Row& row : rows) {
      for (Cell& cell : row) cell.measure(options.batch);
    }
  }
  print(suites, rows);
}

int usage() {
  std::fprintf(stderr,
               "usage: bench_handshake [--rounds N] [--batch N] [--only TEXT] [--headlines] "
               "[--callgrind]\n");
  return 2;
}

}  // namespace
}  // namespace stepshake::bench

int main(int argc, char** argv) {
  using stepshake::bench::usage;
  stepshake::bench::Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    const bool valued = flag == "--rounds" || flag == "--batch" || flag == "--only";
    if (valued && i + 1 == argc) return usage();
    const char* value = valued ? argv[++i] : "";
    if (flag == "--rounds") {
      options.rounds = std::strtoul(value, nullptr, 10);
    } else if (flag == "--batch") {
      options.batch = std::strtoul(value, nullptr, 10);
    } else if (flag == "--only") {
      options.only = value;
    } else if (flag == "--headlines") {
      options.headlines = true;
    } else if (flag == "--callgrind") {
      options.callgrind = true;
    } else {
      return usage();
    }
  }
  if (options.rounds == 0 || options.batch == 0) return usage();
  stepshake::bench::run(options);
  return 0;
}
