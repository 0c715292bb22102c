// Certificates as libcrypto's objects. Most of the cost of parsing one is the decoder of its public key, more than that of
// a signature by it.
#pragma once

#include <openssl/x509.h>

#include <memory>

#include "base/bytes.h"

namespace stepshake::crypto {

// Null where `der` is not one certificate to its last byte.
std::shared_ptr<X509> parse_certificate(BytesView der);

// The same of the 16 that this thread has seen last, or parsed anew: a handshake looks at the peer's several times, and
// each handshake of a server at the server's own. Whether it parses depends on the bytes alone, so nobody can tell.
std::shared_ptr<X509> parsed_certificate(BytesView der);

}  // namespace stepshake::crypto
