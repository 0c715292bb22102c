// RFC 8446 4, A.1, A.2: every state against every handshake type, through the record path, under the right keys.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "support/edit.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using wire::ContentType;
using wire::HandshakeType;

// RFC 8446 A: what a state takes. Everything else is unexpected_message (RFC 8446 4).
const std::map<std::string, std::set<HandshakeType>>& allowed() {
  using enum HandshakeType;
  static const std::map<std::string, std::set<HandshakeType>> table = {
      {"client WaitServerHello", {server_hello}},
      {"client WaitSecondServerHello", {server_hello}},
      {"client WaitEncryptedExtensions", {encrypted_extensions}},
      {"client WaitCertificateOrRequest", {certificate_request, certificate}},
      {"client WaitCertificate", {certificate}},
      {"client WaitCertificateVerify", {certificate_verify}},
      {"client WaitFinished", {finished}},
      {"client Connected", {new_session_ticket, key_update}},
      {"server WaitClientHello", {client_hello}},
      {"server WaitSecondClientHello", {client_hello}},
      {"server WaitCertificate", {certificate}},
      {"server WaitCertificateVerify", {certificate_verify}},
      {"server WaitFinished", {finished}},
      {"server Connected", {key_update}},
  };
  return table;
}

TEST(Transitions, TheStationsAreAllTheStatesThatWaitForAMessage) {
  std::set<std::string> names;
  for (const auto& each : all_stations()) names.insert(each.name);
  std::set<std::string> expected;
  for (const auto& [name, types] : allowed()) expected.insert(name);
  EXPECT_EQ(names, expected);
}

class StateTransition : public ::testing::TestWithParam<std::string> {
 protected:
  const Station& here() const { return station(GetParam()); }
};

TEST_P(StateTransition, RefusesEveryTypeThatItDoesNotTake) {
  for (int number = 0; number < 256; ++number) {
    const auto type = static_cast<HandshakeType>(number);
    if (allowed().at(GetParam()).contains(type)) continue;
    Peer peer(here().victim);
    EXPECT_TRUE(refuses(here().victim, peer.handshake(wire::frame(type, {})),
                        AlertDescription::unexpected_message))
        << wire::shown(type);
  }
}

// The type decides, before the message is whole: nobody collects 16 MB that he will not take.
TEST_P(StateTransition, RefusesAnUnexpectedTypeByItsFirstByte) {
  for (int number = 0; number < 256; number += 5) {
    const auto type = static_cast<HandshakeType>(number);
    if (allowed().at(GetParam()).contains(type)) continue;
    Peer peer(here().victim);
    EXPECT_TRUE(refuses(here().victim, peer.handshake(Bytes{wire::number_of(type)}),
                        AlertDescription::unexpected_message))
        << wire::shown(type);
  }
}

// Well-formed messages of the right peer at the wrong time: all that went over in the handshake, replayed.
TEST_P(StateTransition, RefusesEveryWellFormedMessageOutOfPlace) {
  for (const auto& other : all_stations()) {
    if (other.message.empty()) continue;
    const auto type = static_cast<HandshakeType>(other.message[0]);
    if (allowed().at(GetParam()).contains(type)) continue;
    Peer peer(here().victim);
    EXPECT_TRUE(
        refuses(here().victim, peer.handshake(other.message), AlertDescription::unexpected_message))
        << "the message of " << other.name;
  }
}

TEST_P(StateTransition, TakesTheHonestMessage) {
  if (here().record.empty()) GTEST_SKIP() << "the end of the journey";
  EXPECT_TRUE(takes(here().victim, here().record));
  EXPECT_TRUE(allowed().at(GetParam()).contains(static_cast<HandshakeType>(here().message[0])));
}

// RFC 8446 5.1: a fragment of a message may be a single byte long.
TEST_P(StateTransition, TakesTheHonestMessageByteByByteInRecordsOfTheirOwn) {
  if (here().record.empty()) GTEST_SKIP() << "the end of the journey";
  Peer peer(here().victim);
  Victim victim = here().victim;
  for (std::size_t i = 0; i < here().message.size(); ++i) {
    ASSERT_TRUE(victim.feed(peer.handshake(BytesView(here().message).subspan(i, 1)))) << i;
  }
  Victim whole = here().victim;
  ASSERT_TRUE(whole.feed(here().record));
  EXPECT_EQ(victim.state(), whole.state());
}

TEST_P(StateTransition, StaysFailedAfterAFailure) {
  Victim victim = here().victim;
  Peer peer(victim);
  ASSERT_FALSE(victim.feed(peer.handshake(wire::frame(HandshakeType::message_hash, {}))));
  EXPECT_EQ(victim.state(), "Failed");
  EXPECT_FALSE(victim.complete());
  ASSERT_TRUE(victim.session.failure.has_value());
  EXPECT_EQ(victim.session.failure->reason, Reason::unexpected_message);
}

std::vector<std::string> states_of_the_table() {
  std::vector<std::string> names;
  for (const auto& [name, types] : allowed()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Transitions, StateTransition, ::testing::ValuesIn(states_of_the_table()),
                         NameOfCase());

}  // namespace
}  // namespace stepshake::testing
