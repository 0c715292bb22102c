// A client and a server that are stepped against each other: whole turns of bytes, or in pieces.
#pragma once

#include <cstdint>
#include <functional>

#include "connection/step.h"
#include "support/identities.h"

namespace stepshake::testing {

// Entropy that depends on a number alone, so that a run can be repeated.
session::Inputs inputs_of(std::uint64_t number);

struct Side {
  policy::Config config;
  connection::Stepped stepped;
  connection::StepOutput last;
  std::uint64_t steps = 0;
  std::uint64_t seed = 0;

  Side(policy::Config used, std::uint64_t entropy_seed);

  // One step; the entropy is the seed's and the step's.
  const connection::StepOutput& step(BytesView input,
                                     connection::Call call = connection::Call::do_handshake,
                                     BytesView data = {}, bool end_of_input = false);
  Bytes take_output();

  [[nodiscard]] bool complete() const;
  [[nodiscard]] const session::Session& session() const { return stepped.connection.session; }
  [[nodiscard]] const std::optional<Failure>& failure() const { return session().failure; }
  [[nodiscard]] const handshake::Facts& facts() const { return session().facts; }
};

struct Pair {
  Side client;
  Side server;

  Pair(policy::Config client_config, policy::Config server_config, std::uint64_t seed = 1);

  // Steps both by turns until neither has anything more to say, at most 20 times.
  // `piece`: at most so many bytes a step; 0: all that there is.
  void run(std::size_t piece = 0);
  [[nodiscard]] bool complete() const { return client.complete() && server.complete(); }
};

// After its handshake.
Pair connected_pair();

// The failure's detail, for a test that says why.
std::string why(const Side& side);

}  // namespace stepshake::testing
