// EndOfEarlyData (RFC 8446 4.5): a message without a body.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/reader.h"

namespace stepshake::wire {

struct EndOfEarlyData {
  static constexpr HandshakeType kType = HandshakeType::end_of_early_data;
};

inline Result<EndOfEarlyData> decode_end_of_early_data(BytesView body) {
  TRY(Reader(body).expect_end("EndOfEarlyData"));
  return EndOfEarlyData{};
}

// The body.
inline Bytes encode(const EndOfEarlyData& /*message*/) { return {}; }

}  // namespace stepshake::wire
