// ServerKeyExchange and ClientKeyExchange of TLS 1.2 and older (RFC 5246 7.4.3 and 7.4.7, RFC 8422 5.4 and 5.7,
// RFC 4279, RFC 5489). What stands in them depends on the suite.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/certificate_verify12.h"
#include "wire/code_points.h"

namespace stepshake::wire {

// What a suite's key exchange messages hold.
struct KeyExchangeForm {
  enum class Agreement : std::uint8_t { none, rsa, dhe, ecdhe };
  Agreement agreement = Agreement::none;
  bool psk = false;
  bool is_signed = false;  // ServerKeyExchange ends in a signature
};

struct ServerDhParams {
  Bytes p;
  Bytes g;
  Bytes public_key;  // dh_Ys
};
STEPSHAKE_FIELDS(ServerDhParams, p, g, public_key)

struct ServerEcdhParams {
  NamedGroup group{};
  Bytes public_key;
};

struct ServerKeyExchange {
  static constexpr HandshakeType kType = HandshakeType::server_key_exchange;

  std::optional<Bytes> psk_identity_hint;
  std::optional<ServerDhParams> dh;
  std::optional<ServerEcdhParams> ecdh;
  std::optional<DigitallySigned> proof;
};

Result<ServerKeyExchange> decode_server_key_exchange(BytesView body, KeyExchangeForm form,
                                                     ProtocolVersion version);
// The body.
Bytes encode(const ServerKeyExchange& message);
// What the signature is over, behind the two randoms (RFC 5246 7.4.3).
Bytes encode_params(const ServerKeyExchange& message);

struct ClientKeyExchange {
  static constexpr HandshakeType kType = HandshakeType::client_key_exchange;

  std::optional<Bytes> psk_identity;
  // encrypted_pre_master_secret, dh_Yc or ecdh_Yc.
  KeyExchangeForm::Agreement agreement = KeyExchangeForm::Agreement::none;
  Bytes exchange_keys;
};

Result<ClientKeyExchange> decode_client_key_exchange(BytesView body, KeyExchangeForm form);

// The body.
Bytes encode(const ClientKeyExchange& message);

}  // namespace stepshake::wire
