// What a turn did, for whoever watches a session.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/alert.h"
#include "base/bytes.h"
#include "base/reason.h"
#include "handshake/turn.h"
#include "policy/psk.h"
#include "wire/code_points.h"

namespace stepshake::session {

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

// The same with its bytes, and more: only where the configuration asks for a trace.
struct TracedRecord {
  Direction direction{};
  Bytes bytes;  // as on the wire, header included
};
struct TracedMessage {
  Direction direction{};
  wire::ContentType content_type{};
  Bytes bytes;  // in the clear; a handshake message with its header
};
// From here on records of this direction are under these keys.
struct TracedKeys {
  Direction direction{};
  handshake::Epoch epoch{};  // none: back in the clear
  wire::CipherSuite cipher_suite{};
};
using TraceEntry = std::variant<TracedRecord, TracedMessage, TracedKeys>;

// A failure is the session's end: its alert is in the session's output.
struct Outcome {
  Events events;
  std::vector<TraceEntry> trace;  // in the order of time
  std::vector<std::string>
      key_log;  // lines of NSS's key log format, where the configuration asks for them
  std::vector<policy::Psk> stored_tickets;  // for the server's store; `identity` is the handle
  std::vector<Bytes> forgotten_tickets;     // handles that the store is to give out no more
  std::optional<Failure> failure;

  void add(const Event& event) {
    constexpr std::size_t kFlight = 8;  // as much as a flight has
    if (events.empty()) events.reserve(kFlight);
    events.push_back(event);
  }
};

}  // namespace stepshake::session
