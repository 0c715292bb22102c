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
#include "handshake/turn.h"
#include "policy/config.h"
#include "record/deframer.h"
#include "record/protection.h"
#include "record/reassembler.h"
#include "schedule/transcript.h"
#include "wire/code_points.h"

namespace stepshake::session {

// All of the outer world in a step.
struct Inputs {
  std::int64_t now = 0;       // seconds since 1970
  crypto::Entropy entropy{};  // fresh in each step
};

// Which halves are closed: by close_notify, or by the peer's fatal alert.
struct Shutdown {
  bool sent = false;
  bool received = false;
  // The last warning-level alert (OpenSSL's warn_alert): SSL_get_error calls a closed half ZERO_RETURN only where it
  // is close_notify, or where there was none.
  AlertDescription last_warning = AlertDescription::close_notify;

  [[nodiscard]] bool by_close_notify() const {
    return received && last_warning == AlertDescription::close_notify;
  }
};
STEPSHAKE_FIELDS(Shutdown, sent, received, last_warning)

// In-a-row counts of what a peer may send without progress.
struct Patience {
  unsigned warnings = 0;
  unsigned empty_records = 0;
  unsigned key_updates = 0;
};
STEPSHAKE_FIELDS(Patience, warnings, empty_records, key_updates)

// What becomes of 0-RTT data that a client has announced (RFC 8446 4.2.10).
struct EarlyDataReading {
  enum class Mode : std::uint8_t { none, taking, skipping };
  Mode mode = Mode::none;
  std::uint64_t remaining = 0;  // bytes that may still come
};
STEPSHAKE_FIELDS(EarlyDataReading, mode, remaining)

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
  EarlyDataReading early_reading;
  Bytes early_data;                   // a server's: received as 0-RTT data, not yet read
  std::uint64_t early_data_left = 0;  // a client's: bytes that may still be sent as 0-RTT data
  std::vector<policy::Psk> tickets;   // a client's, for later sessions; the newest last
  // A server's of TLS 1.2 or older that are in its store, by their handles.
  std::vector<Bytes> stored_sessions;
  Shutdown shutdown;
  Patience patience;
  // What turns have decided and not yet carried out: a caller that steps by message gets it message by message.
  std::vector<handshake::Effect> pending;
  std::optional<schedule::ExporterSecret> early_exporter;  // RFC 8446 7.5
  std::optional<Failure> failure;
  handshake::Facts facts;
  std::uint64_t turns =
      0;  // keeps the randomness of two turns apart that are given the same entropy
};
STEPSHAKE_FIELDS(Session, config, role, state, transcript, read, write, deframer, reassembler,
                 output, application_data, early_reading, early_data, early_data_left, tickets,
                 stored_sessions, shutdown, patience, pending, early_exporter, failure, facts,
                 turns)

Session make_session(const policy::Config& config);
// For whoever makes many of one configuration: with the configuration's digest, which costs as much as the rest.
Session make_session(const policy::Config& config, const policy::ConfigDigest& digest);

// The state's name in the RFC's words: "WaitServerHello", "Connected"; "Failed" after a failure.
std::string_view state_name(const Session& session);

// TLS 1.2 or older, once it is chosen.
std::optional<wire::ProtocolVersion> older_version(const Session& session);

// And all that it decided is carried out.
bool handshake_complete(const Session& session);
// RFC 7918: not complete, and yet data may be sent, where the configuration allows it.
bool starts_early(const Session& session, const policy::Config& config);

}  // namespace stepshake::session
