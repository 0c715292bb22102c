// The pseudorandom function of TLS 1.2 (RFC 5246 5) and of TLS 1.0 and 1.1 (RFC 4346 5).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "wire/code_points.h"

namespace stepshake::schedule {

// Which hash a handshake's PRF, Finished and, before TLS 1.2, signatures are over: the suite's in TLS 1.2, MD5 and SHA-1
// side by side before it.
struct Prf {
  wire::ProtocolVersion version = wire::ProtocolVersion::tls_1_2;
  crypto::HashAlgorithm hash = crypto::HashAlgorithm::sha256;  // of TLS 1.2

  // PRF(secret, label, seed), the seed in parts.
  [[nodiscard]] Secret operator()(BytesView secret, std::string_view label,
                                  std::initializer_list<BytesView> seed, std::size_t size) const;
  // RFC 5246 7.4.9, RFC 4346 7.4.9: the hash of the handshake messages, as verify_data and session_hash take it.
  [[nodiscard]] Bytes transcript_hash(BytesView messages) const;
};
STEPSHAKE_FIELDS(Prf, version, hash)

// Of a suite in a version.
Prf prf_of(wire::ProtocolVersion version, wire::CipherSuite suite);

}  // namespace stepshake::schedule
