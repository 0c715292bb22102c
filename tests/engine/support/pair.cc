#include "support/pair.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "session/session.h"

namespace stepshake::testing {

session::Inputs inputs_of(std::uint64_t number) {
  session::Inputs inputs;
  inputs.now = kNow;
  for (std::size_t i = 0; i < 8; ++i) {
    inputs.entropy[i] = static_cast<std::uint8_t>(number >> (8 * i));
  }
  return inputs;
}

Side::Side(policy::Config used, std::uint64_t entropy_seed)
    : config(std::move(used)), stepped(connection::make_stepped(config)), seed(entropy_seed) {}

const connection::StepOutput& Side::step(BytesView input, connection::Call call, BytesView data,
                                         bool end_of_input) {
  const connection::World world{config, inputs_of(seed * 1'000'003 + steps++)};
  connection::StepInput step_input;
  step_input.input = input;
  step_input.end_of_input = end_of_input;
  step_input.call = call;
  step_input.data = data;
  last = connection::step(stepped, world, step_input);
  return last;
}

Bytes Side::take_output() { return std::exchange(stepped.outbox, {}); }

bool Side::complete() const { return session::handshake_complete(session()); }

Pair::Pair(policy::Config client_config, policy::Config server_config, std::uint64_t seed)
    : client(std::move(client_config), 2 * seed), server(std::move(server_config), 2 * seed + 1) {}

void Pair::run(std::size_t piece) {
  const auto feed = [piece](Side& side, const Bytes& bytes) {
    const std::size_t step_size = piece == 0 ? std::max<std::size_t>(bytes.size(), 1) : piece;
    for (std::size_t at = 0; at < bytes.size(); at += step_size) {
      side.step(BytesView(bytes).subspan(at, std::min(step_size, bytes.size() - at)));
    }
  };
  client.step({});
  for (int round = 0; round < 20; ++round) {
    const Bytes to_server = client.take_output();
    feed(server, to_server);
    const Bytes to_client = server.take_output();
    feed(client, to_client);
    if (to_server.empty() && to_client.empty()) return;
  }
}

Pair connected_pair() {
  Pair pair(client_config(), server_config());
  pair.run();
  EXPECT_TRUE(pair.complete());
  return pair;
}

std::string why(const Side& side) { return side.failure() ? side.failure()->detail : "no failure"; }

}  // namespace stepshake::testing
