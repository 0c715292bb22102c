// Certificates as libcrypto's objects. Most of the cost of parsing one is the decoder of its public key, more than that of
// a signature by it. Private to crypto/.
#pragma once

#include <openssl/x509.h>

#include <memory>

#include "base/bytes.h"

namespace stepshake::crypto {

// Null where `der` is not one certificate to its last byte.
std::shared_ptr<X509> parse_certificate(BytesView der);

// The same out of those that this thread keeps (certificate_cache.h), or parsed anew: a handshake looks at the peer's
// several times, and each handshake of a server at the server's own.
std::shared_ptr<X509> parsed_certificate(BytesView der);

// What this thread keeps.
void forget_parsed_certificates();

Bytes to_der(const X509_NAME* name);

}  // namespace stepshake::crypto
