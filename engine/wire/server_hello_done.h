// ServerHelloDone (RFC 5246 7.4.5): a message without a body.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/reader.h"

namespace stepshake::wire {

struct ServerHelloDone {
  static constexpr HandshakeType kType = HandshakeType::server_hello_done;
};

inline Result<ServerHelloDone> decode_server_hello_done(BytesView body) {
  TRY(Reader(body).expect_end("ServerHelloDone"));
  return ServerHelloDone{};
}

// The body.
inline Bytes encode(const ServerHelloDone& /*message*/) { return {}; }

}  // namespace stepshake::wire
