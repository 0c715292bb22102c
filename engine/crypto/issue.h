// Issues certificates: a test CA and leaves under it. For the service's built-in identities and for tests.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"

namespace stepshake::crypto {

struct Issued {
  Bytes certificate;  // DER
  PrivateKey key;
};

struct CertificateRequestFacts {
  std::string common_name;
  // subjectAltName, in the form of x509v3_config(5): "DNS:localhost,IP:127.0.0.1". Empty: none.
  std::string alternative_names;
  std::int64_t not_before = 0;  // seconds since 1970
  std::int64_t not_after = 0;
};

// A fresh key of the type; RSA keys have 2048 bits. The randomness is libcrypto's. Fails where libcrypto lacks the type.
Result<PrivateKey> generate_key(KeyType type);

// A self-signed CA.
Result<Issued> issue_authority(KeyType type, const CertificateRequestFacts& facts);

// A leaf for TLS servers and clients, signed by the authority.
Result<Issued> issue_leaf(KeyType type, const CertificateRequestFacts& facts,
                          const Issued& authority);

}  // namespace stepshake::crypto
