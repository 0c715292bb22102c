// Steps by message and by record, bounded output, and the trace.
#include <gtest/gtest.h>

#include "support/pair.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;
using policy::Granularity;

std::size_t messages_in(const connection::CallResult& result) {
  std::size_t count = 0;
  for (const auto& event : result.events) {
    if (event.content_type == wire::ContentType::handshake) ++count;
  }
  return count;
}

std::size_t records_in(const connection::CallResult& result, session::Direction direction) {
  std::size_t count = 0;
  for (const auto& entry : result.trace) {
    const auto* record = std::get_if<session::TracedRecord>(&entry);
    if (record != nullptr && record->direction == direction) ++count;
  }
  return count;
}

// Calls until the call waits for the peer, or is done.
template <class Look>
void call_until_waiting(Side& side, const Bytes& input, Look look) {
  side.step(input);
  for (int i = 0; i < 40; ++i) {
    look(side.last.result);
    if (side.last.result.error != SslError::want_step) return;
    EXPECT_EQ(side.last.result.return_value, -1);
    side.step({});
  }
  ADD_FAILURE() << "no end of steps";
}

class Steps : public ::testing::TestWithParam<Granularity> {};

TEST_P(Steps, EndAfterEachMessageOrRecord) {
  policy::Config client = client_config();
  policy::Config server = server_config();
  client.granularity = server.granularity = GetParam();
  client.trace = server.trace = true;
  client.identities.push_back(identity(crypto::KeyType::ed25519));
  server.client_authentication = policy::ClientAuthentication::require;
  server.trust = test_trust();
  Pair pair(client, server);
  int steps = 0;
  const auto look = [&](const connection::CallResult& result) {
    ++steps;
    if (GetParam() == Granularity::message) {
      EXPECT_LE(messages_in(result), 1U);
    } else {
      EXPECT_LE(records_in(result, session::Direction::received), 1U);
    }
  };
  for (int i = 0; i < 4; ++i) {
    call_until_waiting(pair.client, pair.server.take_output(), look);
    call_until_waiting(pair.server, pair.client.take_output(), look);
  }
  EXPECT_TRUE(pair.complete());
  EXPECT_GT(steps, 12);
  EXPECT_EQ(pair.client.last.result.error, SslError::none);
}

INSTANTIATE_TEST_SUITE_P(Both, Steps, ::testing::Values(Granularity::message, Granularity::record),
                         [](const auto& each) {
                           return each.param == Granularity::message ? "Message" : "Record";
                         });

TEST(BoundedOutput, WantsWriteAndGoesOnWhereItStopped) {
  constexpr std::size_t kCapacity = 50;
  Pair pair(client_config(), server_config());
  pair.server.stepped = connection::make_stepped(pair.server.config, kCapacity);
  pair.client.step({});
  pair.server.step(pair.client.take_output());
  Bytes flight;
  int waits = 0;
  while (pair.server.last.result.error == SslError::want_write) {
    const Bytes piece = pair.server.take_output();
    ASSERT_EQ(piece.size(), kCapacity);
    append(flight, piece);
    ASSERT_LT(++waits, 100);
    pair.server.step({});
  }
  EXPECT_GT(waits, 5);
  EXPECT_EQ(pair.server.last.result.error, SslError::want_read);
  append(flight, pair.server.take_output());
  pair.client.step(flight);
  EXPECT_TRUE(pair.client.complete());
}

TEST(Trace, HoldsWhatWentOverInOrder) {
  policy::Config client = client_config();
  client.trace = true;
  Pair pair(client, server_config());
  pair.client.step({});
  const Bytes hello = pair.client.take_output();
  const auto& trace = pair.client.last.result.trace;
  ASSERT_EQ(trace.size(), 2U);
  EXPECT_EQ(std::get<session::TracedRecord>(trace[1]).bytes, hello);
  // The record holds the message.
  EXPECT_EQ(std::get<session::TracedMessage>(trace[0]).bytes,
            Bytes(hello.begin() + 5, hello.end()));
  pair.server.step(hello);
  EXPECT_TRUE(pair.server.last.result.trace.empty());
  pair.client.step(pair.server.take_output());
  std::vector<std::pair<session::Direction, handshake::Epoch>> keys;
  for (const auto& entry : pair.client.last.result.trace) {
    if (const auto* installed = std::get_if<session::TracedKeys>(&entry)) {
      keys.emplace_back(installed->direction, installed->epoch);
    }
  }
  using enum session::Direction;
  using enum handshake::Epoch;
  const decltype(keys) expected = {
      {received, handshake}, {sent, handshake}, {received, application}, {sent, application}};
  EXPECT_EQ(keys, expected);
}

}  // namespace
}  // namespace stepshake::testing
