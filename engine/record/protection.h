// Record protection: one direction's keys, sealing and opening (RFC 8446 5.2 to 5.4; RFC 5246 6.2.3 before TLS 1.3).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/record_keys.h"
#include "record/deframer.h"
#include "wire/code_points.h"

namespace stepshake::record {

struct Plaintext {
  wire::ContentType type{};
  Bytes content;
};

// How records look from outside.
struct Dress {
  std::uint16_t legacy_record_version = 0x0303;  // of records in the clear
  std::size_t padding =
      0;  // TLS 1.3's are padded to a multiple of this (RFC 8446 5.4); 0: not at all
  // TLS 1.0 with CBC: application data goes with its first byte in a record of its own, so that whoever chooses the
  // rest does not know the IV that it meets.
  bool split_first_byte = true;
};

// A traffic direction. Without a suite records go in the clear.
struct Protection {
  std::optional<wire::CipherSuite> suite;
  Secret key;
  Secret iv;  // TLS 1.0 with CBC: the next record's
  std::uint64_t sequence_number = 0;
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_3;  // of the keys
  Secret mac_key{};
  bool encrypt_then_mac = false;
  // How many bytes of content a record may hold: less than 2^14 where that was agreed (RFC 6066 4, RFC 8449 4).
  std::uint16_t content_limit = kMaxPlaintext;

  [[nodiscard]] bool protects() const { return suite.has_value(); }
  // RFC 8446 5.5: as many records as the key may protect have gone; new keys are due.
  [[nodiscard]] bool worn_out() const;
  // There are sequence numbers left for so many bytes of content (RFC 5246 6.1: they MUST NOT wrap).
  [[nodiscard]] bool has_room_for(std::size_t size) const;
  // The most that a record's length may say, which the deframer holds it to.
  [[nodiscard]] std::size_t fragment_limit() const;

  // New keys from the first record on; what was agreed on the records' size stays.
  void install(crypto::RecordKeys keys);
  // Back to records in the clear.
  void remove_keys();

  // Appends the content to `out` in records of at most content_limit bytes each; at least one record. Where the
  // sequence numbers are at their end nothing is appended: they MUST NOT wrap (RFC 8446 5.3, RFC 5246 6.1).
  void seal(wire::ContentType type, BytesView content, Bytes& out, Dress dress = {});

  Result<Plaintext> open(Record record);
};
STEPSHAKE_FIELDS(Protection, suite, key, iv, sequence_number, version, mac_key, encrypt_then_mac,
                 content_limit)

}  // namespace stepshake::record
