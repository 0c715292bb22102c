// One message's turn: what a handler may see and do. What it does to the outside is a list of effects, in order,
// which the session carries out after the handler has succeeded; a handler that fails leaves none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/alert.h"
#include "base/bytes.h"
#include "base/fields.h"
#include "crypto/random.h"
#include "crypto/record_keys.h"
#include "handshake/facts.h"
#include "policy/config.h"
#include "schedule/tls13_secrets.h"
#include "schedule/transcript.h"
#include "wire/code_points.h"
#include "wire/handshake_message.h"

namespace stepshake::handshake {

// What keys are for (RFC 8446 7.1).
enum class Epoch : std::uint8_t { none, early_data, handshake, application };

// An effect's tag is its number in snapshots, as a state's.
struct SendHandshake {
  static constexpr std::uint8_t kTag = 1;
  Bytes message;  // framed
};
STEPSHAKE_FIELDS(SendHandshake, message)
struct SendChangeCipherSpec {
  static constexpr std::uint8_t kTag = 2;
};
STEPSHAKE_NO_FIELDS(SendChangeCipherSpec)
struct InstallReadKeys {
  static constexpr std::uint8_t kTag = 3;
  Epoch epoch{};
  crypto::RecordKeys keys;
};
STEPSHAKE_FIELDS(InstallReadKeys, epoch, keys)
struct InstallWriteKeys {
  static constexpr std::uint8_t kTag = 4;
  Epoch epoch{};
  crypto::RecordKeys keys;
};
STEPSHAKE_FIELDS(InstallWriteKeys, epoch, keys)
// Back to records in the clear: a client's second hello after 0-RTT data that a retry has rejected.
struct RemoveWriteKeys {
  static constexpr std::uint8_t kTag = 5;
};
STEPSHAKE_NO_FIELDS(RemoveWriteKeys)
// What the peer's 0-RTT data, which it has announced, will meet.
struct ExpectEarlyData {
  static constexpr std::uint8_t kTag = 6;
  bool accepted = false;    // otherwise it is skipped
  std::uint64_t limit = 0;  // bytes
};
STEPSHAKE_FIELDS(ExpectEarlyData, accepted, limit)
// RFC 8446 7.5: of the 0-RTT data that was announced, or accepted.
struct KeepEarlyExporter {
  static constexpr std::uint8_t kTag = 7;
  schedule::ExporterSecret secret;
};
STEPSHAKE_FIELDS(KeepEarlyExporter, secret)
// A ticket that came, for a later session.
struct KeepTicket {
  static constexpr std::uint8_t kTag = 8;
  policy::Psk ticket;
};
STEPSHAKE_FIELDS(KeepTicket, ticket)
// A ticket that goes out as a handle: what it stands for.
struct StoreTicket {
  static constexpr std::uint8_t kTag = 9;
  policy::Psk ticket;
};
STEPSHAKE_FIELDS(StoreTicket, ticket)
// A line of NSS's key log: label, client random, secret.
struct LogSecret {
  static constexpr std::uint8_t kTag = 10;
  std::string line;
};
STEPSHAKE_FIELDS(LogSecret, line)
// From the next record on: the most bytes of content that a record may hold (RFC 6066 4, RFC 8449 4).
struct LimitReadRecords {
  static constexpr std::uint8_t kTag = 11;
  std::uint16_t content_limit = 0;
};
STEPSHAKE_FIELDS(LimitReadRecords, content_limit)
struct LimitWriteRecords {
  static constexpr std::uint8_t kTag = 12;
  std::uint16_t content_limit = 0;
};
STEPSHAKE_FIELDS(LimitWriteRecords, content_limit)

// A warning-level alert: TLS 1.2 and older.
struct SendWarning {
  static constexpr std::uint8_t kTag = 13;
  AlertDescription description{};
};
STEPSHAKE_FIELDS(SendWarning, description)

using Effect =
    std::variant<SendHandshake, SendChangeCipherSpec, InstallReadKeys, InstallWriteKeys,
                 RemoveWriteKeys, ExpectEarlyData, KeepEarlyExporter, KeepTicket, StoreTicket,
                 LogSecret, LimitReadRecords, LimitWriteRecords, SendWarning>;

class Turn {
 public:
  Turn(const policy::Config& used_config, std::int64_t time, crypto::Random& source,
       schedule::Transcript& messages, Facts& agreed)
      : config(used_config), now(time), random(source), transcript(messages), facts(agreed) {}

  const policy::Config& config;
  const std::int64_t now;  // seconds since 1970
  crypto::Random& random;
  schedule::Transcript& transcript;
  Facts& facts;

  // The door through which our own handshake messages go: into the transcript and out.
  template <class Message>
  void send(const Message& message) {
    Bytes framed = wire::frame(Message::kType, encode(message));
    transcript.add(framed);
    add(SendHandshake{std::move(framed)});
  }

  // A message that is not part of the transcript (RFC 8446 4.4.1): post-handshake ones.
  template <class Message>
  void send_outside_transcript(const Message& message) {
    add(SendHandshake{wire::frame(Message::kType, encode(message))});
  }

  void expect_early_data(bool accepted, std::uint64_t limit) {
    add(ExpectEarlyData{accepted, limit});
  }
  void keep_early_exporter(schedule::ExporterSecret secret) {
    add(KeepEarlyExporter{std::move(secret)});
  }
  void keep_ticket(policy::Psk ticket) { add(KeepTicket{std::move(ticket)}); }
  void store_ticket(policy::Psk ticket) { add(StoreTicket{std::move(ticket)}); }
  // Nothing where the configuration does not ask for a key log.
  void log_secret(std::string_view label, const Secret& secret);

  // A warning of ours, which the connection survives.
  void warn(AlertDescription description) { add(SendWarning{description}); }

  void change_cipher_spec() { add(SendChangeCipherSpec{}); }
  void install_read_keys(Epoch epoch, wire::CipherSuite suite,
                         const schedule::TrafficSecret& secret);
  void install_write_keys(Epoch epoch, wire::CipherSuite suite,
                          const schedule::TrafficSecret& secret);
  // The same for the versions before TLS 1.3.
  void install_read_keys(Epoch epoch, crypto::RecordKeys keys) {
    add(InstallReadKeys{epoch, std::move(keys)});
  }
  void install_write_keys(Epoch epoch, crypto::RecordKeys keys) {
    add(InstallWriteKeys{epoch, std::move(keys)});
  }

  void limit_read_records(std::uint16_t content_limit) { add(LimitReadRecords{content_limit}); }
  void limit_write_records(std::uint16_t content_limit) { add(LimitWriteRecords{content_limit}); }

  void remove_write_keys() { add(RemoveWriteKeys{}); }

  std::vector<Effect> take_effects() { return std::move(effects_); }

 private:
  void add(Effect effect) {
    constexpr std::size_t kUsual = 4;  // the fewest of a flight
    if (effects_.empty()) effects_.reserve(kUsual);
    effects_.push_back(std::move(effect));
  }

  std::vector<Effect> effects_;
};

}  // namespace stepshake::handshake
