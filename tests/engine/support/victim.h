// One side of a handshake whose peer keeps no rules. What the peer needs to know is in the victim's own session, which
// is a plain value: the keys that the victim reads with are those that its peer writes with.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/alert.h"
#include "record/protection.h"
#include "session/advance.h"
#include "session/session.h"
#include "support/identities.h"

namespace stepshake::testing {

struct Victim {
  std::shared_ptr<const policy::Config> config;
  session::Session session;
  session::Events events;           // of all turns so far
  record::Protection write_before;  // what the last turn began with: keys, and bytes of output
  std::size_t output_before = 0;
  std::uint64_t seed = 1;

  // Begun: a client has sent its hello, a server waits for one.
  Victim(policy::Config used, std::uint64_t entropy_seed);

  // Turn by turn, as a connection does it, up to the first failure; true where there was none.
  bool feed(BytesView bytes);
  Bytes take_output();

  [[nodiscard]] std::string state() const { return std::string(session::state_name(session)); }
  [[nodiscard]] bool complete() const { return session::handshake_complete(session); }
};

// A record in the clear.
Bytes record_of(wire::ContentType type, BytesView content, std::uint16_t version = 0x0303);

// The records of a stream, cut apart.
std::vector<Bytes> records_in(BytesView stream);

// The victim's peer, with the keys that the victim reads with now; in the clear while there are none.
struct Peer {
  record::Protection keys;

  explicit Peer(const Victim& victim) : keys(victim.session.read) {}

  Bytes seal(wire::ContentType type, BytesView content);
  Bytes handshake(BytesView message) { return seal(wire::ContentType::handshake, message); }
  // A record whose TLSInnerPlaintext is `inner`, whatever that is.
  Bytes seal_inner(BytesView inner);
};

// Feeds the bytes to a copy and demands that they end the session: one fatal alert of that description, under the keys
// in force, and nothing else goes out; no secret stays behind.
::testing::AssertionResult refuses(Victim victim, BytesView bytes, AlertDescription alert);

// The same, where the RFC leaves a choice.
::testing::AssertionResult refuses_with_one_of(Victim victim, BytesView bytes,
                                               const std::vector<AlertDescription>& alerts);

// Feeds the bytes to a copy and demands that it goes on.
::testing::AssertionResult takes(Victim victim, BytesView bytes);

}  // namespace stepshake::testing
