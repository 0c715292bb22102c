// The certificates of the benches: a root that is trusted, leaves right under it or under an intermediate.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "crypto/keys.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::bench {

struct Certified {
  crypto::CertificatePtr certificate;
  crypto::PrivateKey key;
};

struct Certificates {
  crypto::KeyType type;
  Certified root;
  crypto::CertificatePtr intermediate;  // null where leaves are right under the root
  Certified server;
  Certified client;
  std::shared_ptr<X509_STORE> trust;  // holds the root
  std::vector<Bytes> server_chain;    // DER, leaf first, without the root
  std::vector<Bytes> client_chain;
};

// Made once for each type and length (of a chain that is sent: 1 or 2).
const Certificates& certificates(crypto::KeyType type, std::size_t length);

// For kServerName, as a key is to be seen that no authority vouches for.
Certified self_signed(crypto::PrivateKey key);

Bytes to_der(X509* certificate);

}  // namespace stepshake::bench
