// handshake/dispatch.h: the transition table as RFC 8446 A.1 and A.2 have it, and what goes with a state.
#include "handshake/dispatch.h"

#include <gtest/gtest.h>

#include <set>

#include "support/stations.h"

namespace stepshake::testing {
namespace {

using handshake::State;
using wire::HandshakeType;

struct Row {
  State state;
  std::set<HandshakeType> types;
};

std::vector<Row> table() {
  using enum HandshakeType;
  namespace h = handshake;
  return {
      {h::Start{}, {}},
      {h::Failed{}, {}},
      {h::WaitClientHello{}, {client_hello}},
      // RFC 5246 7.4.1.1: HelloRequest, where a version that knows it was offered.
      {h::WaitServerHello{}, {server_hello, hello_request}},
      {h::client13::WaitSecondServerHello{}, {server_hello}},
      {h::client13::WaitEncryptedExtensions{}, {encrypted_extensions}},
      {h::client13::WaitCertificateOrRequest{}, {certificate, certificate_request}},
      {h::client13::WaitCertificate{}, {certificate}},
      {h::client13::WaitCertificateVerify{}, {certificate_verify}},
      {h::client13::WaitFinished{}, {finished}},
      // RFC 8446 4.6.2: CertificateRequest, and Certificate in answer to one, where they were agreed on.
      {h::client13::Connected{}, {new_session_ticket, key_update, certificate_request}},
      {h::server13::WaitSecondClientHello{}, {client_hello}},
      {h::server13::WaitCertificate{}, {certificate}},
      {h::server13::WaitCertificateVerify{}, {certificate_verify}},
      {h::server13::WaitFinished{}, {finished}},
      {h::server13::Connected{}, {key_update, certificate}},
      {h::server13::WaitEndOfEarlyData{}, {end_of_early_data}},
      {h::server13::WaitPostHandshakeVerify{}, {certificate_verify}},
      {h::server13::WaitPostHandshakeFinished{}, {finished}},
      // RFC 5246 7.3; HelloRequest is ignored by a client that negotiates.
      {h::client12::WaitCertificate{}, {certificate, hello_request}},
      {h::client12::WaitCertificateStatusOrKeyExchange{},
       {certificate_status, server_key_exchange, hello_request}},
      {h::client12::WaitServerKeyExchange{}, {server_key_exchange, hello_request}},
      {h::client12::WaitCertificateStatusOrRequest{},
       {certificate_status, certificate_request, server_hello_done, hello_request}},
      {h::client12::WaitKeyExchangeOrDone{},
       {certificate_status, server_key_exchange, server_hello_done, hello_request}},
      {h::client12::WaitRequestOrDone{}, {certificate_request, server_hello_done, hello_request}},
      {h::client12::WaitServerHelloDone{}, {server_hello_done, hello_request}},
      {h::client12::WaitNewSessionTicket{}, {new_session_ticket, hello_request}},
      {h::client12::WaitChangeCipherSpec{}, {hello_request}},
      {h::client12::WaitFinished{}, {finished}},
      {h::client12::Connected{}, {hello_request}},
      {h::client12::WaitRenegotiationHello{}, {server_hello, hello_request}},
      {h::server12::WaitCertificate{}, {certificate}},
      {h::server12::WaitClientKeyExchange{}, {client_key_exchange}},
      {h::server12::WaitCertificateVerify{}, {certificate_verify}},
      {h::server12::WaitChangeCipherSpec{}, {}},
      {h::server12::WaitFinished{}, {finished}},
      {h::server12::Connected{}, {client_hello}},
  };
}

bool only_where_agreed_on(const State& state, HandshakeType type) {
  return handshake::name_of(state) == "Connected" &&
         (type == HandshakeType::certificate || type == HandshakeType::certificate_request);
}

TEST(Accepts, IsTheRfcsTable) {
  for (const auto& row : table()) {
    for (int number = 0; number < 256; ++number) {
      const auto type = static_cast<HandshakeType>(number);
      if (only_where_agreed_on(row.state, type)) continue;
      EXPECT_EQ(handshake::accepts(row.state, type), row.types.contains(type))
          << handshake::name_of(row.state) << " " << wire::shown(type);
    }
  }
}

TEST(Deliver, RefusesWhatIsNotAccepted) {
  const policy::Config config = client_config();
  for (const auto& row : table()) {
    for (int number = 0; number < 256; ++number) {
      const auto type = static_cast<HandshakeType>(number);
      if (row.types.contains(type)) continue;
      const Bytes message = wire::frame(type, {});
      crypto::Random random(crypto::Entropy{});
      schedule::Transcript transcript;
      handshake::Facts facts;
      handshake::Turn turn(config, kNow, random, transcript, facts);
      const auto next = handshake::deliver(row.state, wire::unframe(message), turn);
      ASSERT_FALSE(next.ok());
      EXPECT_EQ(next.failure().reason, Reason::unexpected_message);
      EXPECT_TRUE(transcript.messages.empty()) << "the door of the transcript is closed";
      EXPECT_TRUE(turn.take_effects().empty());
    }
  }
}

// A state's tag is its number in snapshots: it never changes and is never another's.
TEST(States, HaveTagsOfTheirOwn) {
  std::set<int> tags;
  for (const auto& row : table()) {
    const int tag = std::visit([](const auto& state) { return int{state.kTag}; }, row.state);
    EXPECT_TRUE(tags.insert(tag).second) << tag;
  }
  EXPECT_EQ(tags, (std::set<int>{1,  2,  3,  4,  16, 17,  18,  19,  20,  21,  22, 32, 33,
                                 34, 35, 36, 37, 38, 39,  64,  66,  67,  68,  69, 70, 71,
                                 74, 75, 76, 77, 78, 100, 102, 103, 104, 105, 106}));
}

// RFC 8446 5, D.4
TEST(ChangeCipherSpec, IsToleratedBetweenTheHelloAndThePeersFinished) {
  for (const auto& row : table()) {
    const auto name = handshake::name_of(row.state);
    const bool connected = name == "Connected" || name.starts_with("WaitPostHandshake");
    const bool older = std::visit(
        [](const auto& state) { return state.kTag >= handshake::kFirstTag12; }, row.state);
    const bool outside =
        older || name == "Start" || name == "Failed" || name == "WaitClientHello" || connected;
    EXPECT_EQ(handshake::tolerates_change_cipher_spec(row.state), !outside) << name;
    EXPECT_EQ(handshake::takes_change_cipher_spec(row.state),
              name == "WaitChangeCipherSpec" || name == "WaitServerHello")
        << name;
    EXPECT_EQ(handshake::is_connected(row.state), connected);
  }
}

}  // namespace
}  // namespace stepshake::testing
