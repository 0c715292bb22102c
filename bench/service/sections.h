// The parts of the service's bench. Each writes its rows into the JSON.
#pragma once

#include <vector>

#include "bench/measure/json.h"
#include "bench/service/server_under_load.h"

namespace stepshake::bench {

struct Load {
  std::size_t rounds = 7;
  std::size_t steps = 3'000;                            // a measurement
  std::vector<std::size_t> callers = {1, 16, 64, 256};  // steps at once
  std::vector<std::size_t> sessions = {1, 1'000, 10'000, 100'000};
  std::size_t handshakes = 512;  // a measurement
};

struct Servers {
  ServerUnderLoad& service;
  ServerUnderLoad& callback_echo;
  ServerUnderLoad& queue_echo;
};

// Server CPU of one step in each shape, beside a bare echo of messages of the same size. The step: SSL_write of 300
// bytes.
void measure_steps(const Servers& servers, const Load& load, JsonWriter& json);

// The same step, while more and more sessions are there.
void measure_live_sessions(const Servers& servers, const Load& load, JsonWriter& json);

// The server's side of whole handshakes, TLS 1.3 with X25519 and ECDSA: through the service, and of libssl in process.
void measure_handshakes(const Servers& servers, const Load& load, JsonWriter& json);

// How long a ClientHello's answer with ECDSA takes while handshakes with RSA-4096 go on, and while none do.
void measure_slow_lane(const Servers& servers, const Load& load, JsonWriter& json);

}  // namespace stepshake::bench
