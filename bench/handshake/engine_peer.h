// One side of a handshake in our engine, for the benches that need one beside what they measure.
#pragma once

#include <ctime>
#include <utility>

#include "bench/measure/check.h"
#include "connection/step.h"
#include "crypto/random.h"

namespace stepshake::bench {

class EnginePeer {
 public:
  // The configuration outlives the peer.
  explicit EnginePeer(const policy::Config& config)
      : config_(&config), stepped_(connection::make_stepped(config)) {}

  // What it has to say after it was told this.
  Bytes shake(BytesView heard) { return step(connection::Call::do_handshake, heard); }
  Bytes write(BytesView data) { return step(connection::Call::write, {}, data); }

  [[nodiscard]] bool complete() const {
    return session::handshake_complete(stepped_.connection.session);
  }
  [[nodiscard]] const connection::Stepped& stepped() const { return stepped_; }

 private:
  Bytes step(connection::Call call, BytesView input, BytesView data = {}) {
    const connection::World world{*config_, {std::time(nullptr), crypto::fresh_entropy()}};
    connection::StepInput in;
    in.input = input;
    in.call = call;
    in.data = data;
    connection::step(stepped_, world, in);
    check(!stepped_.connection.session.failure, "the engine's handshake failed");
    return std::exchange(stepped_.outbox, {});
  }

  const policy::Config* config_;
  connection::Stepped stepped_;
};

}  // namespace stepshake::bench
