// Two connections of TLS 1.2, stepped against each other as a service does: stored and restored before each step.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "connection/snapshot.h"
#include "support/map_store.h"
#include "support/pair.h"

namespace stepshake::testing {

// Two connections; between steps each is stored and restored.
struct Both {
  Side client;
  Side server;
  MapStore* store = nullptr;
  std::int64_t later = 0;  // seconds, on both sides' clocks

  Both(policy::Config ours, policy::Config theirs, std::uint64_t seed = 1,
       MapStore* tickets = nullptr)
      : client(std::move(ours), 2 * seed), server(std::move(theirs), 2 * seed + 1), store(tickets) {
    for (const Side* side : {&client, &server}) {
      const auto problem = policy::find_problem(side->config);
      EXPECT_FALSE(problem.has_value()) << problem->field << " " << problem->reason;
    }
  }

  void step(Side& side, BytesView input, connection::Call call = connection::Call::do_handshake,
            BytesView data = {}, const handshake::Answer* answer = nullptr) {
    const Bytes stored = connection::snapshot(side.stepped);
    side.stepped = connection::restore(stored).value();
    EXPECT_EQ(connection::snapshot(side.stepped), stored);
    session::Inputs inputs = inputs_of(side.seed * 1'000'003 + ++side.steps);
    inputs.now += later;
    const connection::World world{side.config, inputs, store, answer, true};
    connection::StepInput what;
    what.input = input;
    what.call = call;
    what.data = data;
    side.last = connection::step(side.stepped, world, what);
  }

  // `call`: what each side does with what comes.
  void run(connection::Call call = connection::Call::do_handshake) {
    step(client, {}, call);
    for (int i = 0; i < 12; ++i) {
      step(server, client.take_output(), call);
      step(client, server.take_output(), call);
    }
  }

  [[nodiscard]] bool complete() const { return client.complete() && server.complete(); }
  [[nodiscard]] std::string trouble() const {
    std::string text;
    for (const Side* side : {&client, &server}) {
      text += std::string(session::state_name(side->session())) + " ";
      if (side->failure()) text += side->failure()->detail + "; ";
    }
    return text;
  }
  [[nodiscard]] bool resumed() const {
    return client.facts().psk == policy::PskOrigin::resumption &&
           server.facts().psk == policy::PskOrigin::resumption;
  }

  // Data both ways.
  void exchange() {
    const Bytes sent(300, 7);
    for (auto [from, to] : {std::pair{&client, &server}, {&server, &client}}) {
      step(*from, {}, connection::Call::write, sent);
      ASSERT_EQ(from->last.result.return_value, 300) << trouble();
      Bytes received;
      step(*to, from->take_output(), connection::Call::read);
      while (to->last.result.return_value > 0) {
        append(received, to->last.result.data);
        step(*to, {}, connection::Call::read);
      }
      ASSERT_EQ(received, sent) << trouble();
    }
  }
};

inline policy::Config sealing_server(policy::Config config = server_config12()) {
  config.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  return config;
}

}  // namespace stepshake::testing
