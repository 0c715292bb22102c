// Messages cut short, drawn out and bent, in every state: an alert of the RFC's, and never a success.
#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using wire::HandshakeType;

std::vector<std::string> states_with_a_message() {
  std::vector<std::string> names;
  for (const auto& each : all_stations()) {
    if (!each.message.empty()) names.push_back(each.name);
  }
  return names;
}

class EveryMessage : public ::testing::TestWithParam<std::string> {
 protected:
  const Station& here() const { return station(GetParam()); }
  HandshakeType type() const { return static_cast<HandshakeType>(here().message[0]); }
};

// RFC 8446 6.2: decode_error. A hello without its extensions is well-formed, and one of TLS 1.2: protocol_version.
// After a HelloRetryRequest it is another answer than the first: illegal_parameter.
TEST_P(EveryMessage, CutShortAtEveryByteIsRefused) {
  using enum AlertDescription;
  const BytesView body = wire::unframe(here().message).body;
  std::size_t other_alerts = 0;
  for (std::size_t size = 0; size < body.size(); ++size) {
    Peer peer(here().victim);
    const Bytes record = peer.handshake(wire::frame(type(), body.first(size)));
    if (refuses(here().victim, record, decode_error)) continue;
    EXPECT_TRUE(refuses_with_one_of(here().victim, record,
                                    {decode_error, protocol_version, illegal_parameter}))
        << "cut to " << size << " bytes";
    ++other_alerts;
  }
  const bool hello = type() == HandshakeType::client_hello || type() == HandshakeType::server_hello;
  EXPECT_LE(other_alerts, hello ? 1U : 0U);
}

// RFC 8446 3.4, 4: trailing data is forbidden.
TEST_P(EveryMessage, DrawnOutIsRefused) {
  const BytesView body = wire::unframe(here().message).body;
  for (std::size_t extra : {1U, 2U, 3U, 4U, 5U, 100U}) {
    for (std::uint8_t filler : Bytes{0x00, 0xff}) {
      Peer peer(here().victim);
      const Bytes more(extra, filler);
      EXPECT_TRUE(refuses(here().victim, peer.handshake(wire::frame(type(), concat({body, more}))),
                          AlertDescription::decode_error))
          << extra << " bytes more";
    }
  }
}

// The frame's length one off: the rest of the message becomes part of the next, or waits for bytes.
TEST_P(EveryMessage, WithAnotherLengthNeverSucceeds) {
  for (int delta : {-1, 1, 0x100, 0x10000}) {
    Bytes message = here().message;
    const auto size = static_cast<int>(message.size()) - 4 + delta;
    if (size < 0) continue;
    message[1] = static_cast<std::uint8_t>(size >> 16);
    message[2] = static_cast<std::uint8_t>(size >> 8);
    message[3] = static_cast<std::uint8_t>(size);
    Peer peer(here().victim);
    Victim victim = here().victim;
    const std::string before = victim.state();
    if (victim.feed(peer.handshake(message))) {
      EXPECT_EQ(victim.state(), before) << delta;
      EXPECT_TRUE(victim.session.reassembler.holds_bytes()) << delta;
    }
    EXPECT_FALSE(victim.complete());
  }
}

// Bounded memory: a length beyond the limit is refused by the header alone.
TEST_P(EveryMessage, LongerThanTheLimitIsRefusedByItsHeader) {
  Peer peer(here().victim);
  const Bytes header = {here().message[0], 0xff, 0xff, 0xff};
  EXPECT_TRUE(refuses(here().victim, peer.handshake(header), AlertDescription::illegal_parameter));
}

// One bit of each byte: the handshake must not complete, whatever comes after (RFC 8446 4.4.4: Finished covers all).
TEST_P(EveryMessage, WithABitFlippedNeverCompletes) {
  for (std::size_t i = 0; i < here().message.size(); ++i) {
    Bytes message = here().message;
    message[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
    Peer peer(here().victim);
    Victim victim = here().victim;
    const bool taken = victim.feed(peer.handshake(message));
    // What the honest peer says next, under keys that it and the victim no longer share, or no longer agree on.
    bool later = false;
    for (const auto& next : all_stations()) {
      if (!taken || victim.session.failure) break;
      if (next.role != here().role || next.message.empty()) continue;
      if (next.victim.state() != victim.state()) continue;
      Peer now(victim);
      later = victim.feed(now.handshake(next.message)) || later;
    }
    EXPECT_FALSE(victim.complete()) << "byte " << i;
    if (!taken) {
      EXPECT_EQ(victim.session.failure->peer_alert, std::nullopt);
      EXPECT_TRUE(alert_of(*victim.session.failure).has_value()) << "byte " << i;
    }
  }
}

// Every record that carries a protected message, with one bit of each byte flipped (RFC 8446 5.2: bad_record_mac).
TEST_P(EveryMessage, InATamperedRecordIsRefused) {
  if (!here().victim.session.read.protects()) GTEST_SKIP() << "no keys yet";
  for (std::size_t i = record::kHeaderSize; i < here().record.size(); ++i) {
    Bytes record = here().record;
    record[i] ^= static_cast<std::uint8_t>(0x80U >> (i % 8));
    ASSERT_TRUE(refuses(here().victim, record, AlertDescription::bad_record_mac)) << i;
  }
}

// Nothing is taken before its last byte is there; byte by byte leads where the whole leads.
TEST_P(EveryMessage, ByteByByteIsTheSameAsWhole) {
  Victim whole = here().victim;
  Victim bytewise = here().victim;
  ASSERT_TRUE(whole.feed(here().record));
  for (std::size_t i = 0; i < here().record.size(); ++i) {
    if (i + 1 < here().record.size()) {
      EXPECT_EQ(bytewise.state(), here().victim.state());
    }
    ASSERT_TRUE(bytewise.feed(BytesView(here().record).subspan(i, 1)));
  }
  EXPECT_EQ(bytewise.state(), whole.state());
}

INSTANTIATE_TEST_SUITE_P(Mangled, EveryMessage, ::testing::ValuesIn(states_with_a_message()),
                         NameOfCase());

}  // namespace
}  // namespace stepshake::testing
