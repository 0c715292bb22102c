// Cuts a stream of bytes into records (RFC 8446 5.1), asking for no byte more than the record at hand needs: what
// lies behind it stays with the caller, as it does with OpenSSL.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"

namespace stepshake::record {

inline constexpr std::size_t kHeaderSize = 5;
inline constexpr std::size_t kMaxPlaintext = 16'384;                   // 2^14
inline constexpr std::size_t kMaxCiphertext = kMaxPlaintext + 256;     // RFC 8446 5.2
inline constexpr std::size_t kMaxCiphertext12 = kMaxPlaintext + 2048;  // RFC 5246 6.2.3

// The size of the record that `bytes` begin with, header included; they hold at least the header.
std::size_t record_size(BytesView bytes);

// The first bytes of a stream are a hello in SSL 2.0's form (RFC 5246 E.2): two bytes of length with the highest bit set,
// CLIENT-HELLO, the version. At least a header's worth.
bool is_ssl2_client_hello(BytesView header);

struct Record {
  wire::ContentType type{};
  std::uint16_t legacy_record_version = 0;
  Bytes fragment;
};

struct Deframer {
  Bytes partial;         // the record so far, header included
  bool started = false;  // a whole record was seen: from now on a bad one is answered with an alert

  // How many more bytes the record at hand needs; at least 1.
  [[nodiscard]] std::size_t wanted() const;
  // Of the record that has begun, once its header is there.
  [[nodiscard]] std::optional<wire::ContentType> type() const;

  // Takes at most wanted() bytes; the record once it is whole. A record's length is at most `fragment_limit`.
  Result<std::optional<Record>> add(BytesView bytes, bool protected_records,
                                    std::size_t fragment_limit);
  // The same, with the limits of TLS 1.3.
  Result<std::optional<Record>> add(BytesView bytes, bool protected_records) {
    return add(bytes, protected_records, protected_records ? kMaxCiphertext : kMaxPlaintext);
  }
};
STEPSHAKE_FIELDS(Deframer, partial, started)

}  // namespace stepshake::record
