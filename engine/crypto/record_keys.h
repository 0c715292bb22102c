// What protects one direction's records: the value that a handshake hands to the record layer, whichever the version.
#pragma once

#include "base/fields.h"
#include "base/secret.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

struct RecordKeys {
  wire::CipherSuite suite{};
  Secret key;
  // TLS 1.3: write_iv. Before it: an AEAD's implicit part of the nonce; TLS 1.0 with CBC: the first record's IV.
  Secret iv;
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_3;
  Secret mac_key{};               // of the CBC and NULL suites before TLS 1.3
  bool encrypt_then_mac = false;  // RFC 7366; of CBC suites
};
STEPSHAKE_FIELDS(RecordKeys, suite, key, iv, version, mac_key, encrypt_then_mac)

}  // namespace stepshake::crypto
