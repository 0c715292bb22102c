// A handshake session as a value: bytes in, bytes out, and nothing of the outside world. Copying one forks the
// handshake; snapshot.h stores it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/alert.h"
#include "base/bytes.h"
#include "base/fields.h"
#include "base/reason.h"
#include "crypto/random.h"
#include "handshake/facts.h"
#include "handshake/states.h"
#include "policy/config.h"
#include "record/deframer.h"
#include "record/protection.h"
#include "record/reassembler.h"
#include "schedule/transcript.h"
#include "wire/code_points.h"

namespace stepshake::session {

// All of the outer world in a step.
struct Inputs {
  std::int64_t now = 0;      // seconds since 1970
  crypto::Entropy entropy{};  // fresh in each step
};

enum class Direction : std::uint8_t { received = 1, sent = 2 };

// What went over: a handshake message, a ChangeCipherSpec or an alert.
struct Event {
  Direction direction = Direction::received;
  wire::ContentType content_type{};
  wire::HandshakeType handshake_type{};  // handshake only
  std::uint32_t length = 0;              // bytes, the message's own header included
  Alert alert;                           // alert only
};
using Events = std::vector<Event>;

// Which halves are closed by close_notify.
struct Shutdown {
  bool sent = false;
  bool received = false;
};
STEPSHAKE_FIELDS(Shutdown, sent, received)

// In-a-row counts of what a peer may send without progress.
struct Patience {
  unsigned warnings = 0;
  unsigned empty_records = 0;
  unsigned key_updates = 0;
};
STEPSHAKE_FIELDS(Patience, warnings, empty_records, key_updates)

struct Session {
  policy::ConfigDigest config{};
  std::optional<policy::Role> role;
  handshake::State state;
  schedule::Transcript transcript;
  record::Protection read;
  record::Protection write;
  record::Deframer deframer;        // part of a record
  record::Reassembler reassembler;  // part of a handshake message
  Bytes output;                     // records on their way out
  Bytes application_data;           // received, not yet read
  Shutdown shutdown;
  Patience patience;
  std::optional<Failure> failure;
  handshake::Facts facts;
  std::uint64_t turns = 0;  // keeps the randomness of two turns apart that are given the same entropy
};
STEPSHAKE_FIELDS(Session, config, role, state, transcript, read, write, deframer, reassembler, output,
                 application_data, shutdown, patience, failure, facts, turns)

Session make_session(const policy::Config& config);

// The state's name in the RFC's words: "WaitServerHello", "Connected"; "Failed" after a failure.
std::string_view state_name(const Session& session);

bool handshake_complete(const Session& session);

}  // namespace stepshake::session
