// Record protection (RFC 8446 5.2 to 5.4): one direction's keys, sealing and opening.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/cipher_suite.h"
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
      0;  // protected ones are padded to a multiple of this (RFC 8446 5.4); 0: not at all
};

// A traffic direction. Without a suite records go in the clear.
struct Protection {
  std::optional<wire::CipherSuite> suite;
  Secret key;
  Secret iv;
  std::uint64_t sequence_number = 0;

  [[nodiscard]] bool protects() const { return suite.has_value(); }
  // RFC 8446 5.5: as many records as the key may protect have gone; new keys are due.
  [[nodiscard]] bool worn_out() const;

  // Appends the content to `out` in records of at most 2^14 bytes each; at least one record.
  void seal(wire::ContentType type, BytesView content, Bytes& out, Dress dress = {});

  Result<Plaintext> open(Record record);
};
STEPSHAKE_FIELDS(Protection, suite, key, iv, sequence_number)

}  // namespace stepshake::record
