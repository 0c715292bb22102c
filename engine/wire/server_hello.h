// ServerHello and HelloRetryRequest, which share one form (RFC 8446 4.1.3, 4.1.4).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/client_hello.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"
#include "wire/extensions.h"

namespace stepshake::wire {

struct ServerHello {
  static constexpr HandshakeType kType = HandshakeType::server_hello;

  std::uint16_t legacy_version = 0x0303;
  Random random{};
  Bytes legacy_session_id_echo;
  CipherSuite cipher_suite{};
  std::uint8_t legacy_compression_method = 0;
  RawExtensions extensions;
};

// TLS 1.3's extensions of a ServerHello or HelloRetryRequest.
struct ServerHelloExtensions {
  std::optional<ProtocolVersion> supported_versions;
  std::optional<KeyShareEntry> key_share;       // ServerHello
  std::optional<NamedGroup> retry_group;        // HelloRetryRequest's key_share
  std::optional<Bytes> cookie;                  // HelloRetryRequest
  std::optional<std::uint16_t> pre_shared_key;  // ServerHello
};

// SHA-256 of "HelloRetryRequest": the random that tells one from a ServerHello.
extern const Random kHelloRetryRequestRandom;

inline bool is_hello_retry_request(const ServerHello& hello) {
  return hello.random == kHelloRetryRequestRandom;
}

// The form alone; which extensions may stand there depends on the version and is the hello's to check.
Result<ServerHello> decode_server_hello(BytesView body);

Result<ServerHelloExtensions> decode_server_hello_extensions(const ServerHello& hello);

RawExtensions encode_server_hello_extensions(const ServerHelloExtensions& extensions);

// The body.
Bytes encode(const ServerHello& hello);

}  // namespace stepshake::wire
