// What is held against each other: a contender makes a runner for a suite, and a runner does batches of whole
// handshakes, client and server in this thread, and all that belongs to them: making and freeing both sides.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bench/handshake/suite.h"
#include "bench/measure/meter.h"

namespace stepshake::bench {

class Runner {
 public:
  Runner() = default;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  virtual ~Runner() = default;

  // Ends the program unless every handshake completes with what the suite says. Returns how many did.
  virtual std::size_t run(std::size_t batch, Meter& meter) = 0;
};

struct Contender {
  std::string name;
  std::unique_ptr<Runner> (*prepare)(const Suite&);
};

std::unique_ptr<Runner> prepare_libssl(const Suite& suite);

// Our engine, stepped as the service steps it: with chains of peers that it never saw, and that it has seen before.
std::unique_ptr<Runner> prepare_engine(const Suite& suite);
std::unique_ptr<Runner> prepare_engine_seen(const Suite& suite);

// What cannot be avoided, straight on libcrypto with everything fetched once. See floor.cc.
std::unique_ptr<Runner> prepare_floor(const Suite& suite);
std::unique_ptr<Runner> prepare_floor_symmetric(const Suite& suite);
std::unique_ptr<Runner> prepare_lean_floor(const Suite& suite);
std::unique_ptr<Runner> prepare_seen_floor(const Suite& suite);

}  // namespace stepshake::bench
