// HelloRequest (RFC 5246 7.4.1.1): a message without a body.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/reader.h"

namespace stepshake::wire {

struct HelloRequest {
  static constexpr HandshakeType kType = HandshakeType::hello_request;
};

inline Result<HelloRequest> decode_hello_request(BytesView body) {
  TRY(Reader(body).expect_end("HelloRequest"));
  return HelloRequest{};
}

// The body.
inline Bytes encode(const HelloRequest& /*message*/) { return {}; }

}  // namespace stepshake::wire
