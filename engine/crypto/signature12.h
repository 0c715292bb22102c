// Signatures in handshakes of TLS 1.2 and before, whose rules are wider than TLS 1.3's (signature.h).
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"
#include "crypto/signature.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

// TLS 1.2 (RFC 5246 7.4.1.4.1, RFC 8422, RFC 8446 4.2.3): PKCS #1 v1.5 and SHA-1 may sign, and an ECDSA scheme says only
// the hash: any curve of the key fits.
bool fits12(wire::SignatureScheme scheme, const PublicKey& key);
bool fits12(wire::SignatureScheme scheme, const PrivateKey& key);
// The key fits the scheme.
Result<Bytes> sign12(wire::SignatureScheme scheme, const PrivateKey& key, BytesView message,
                     Nonces nonces, Random& random);
bool verify12(wire::SignatureScheme scheme, const PublicKey& key, BytesView message,
              BytesView signature);

// TLS 1.0 and 1.1 (RFC 4346 7.4.3, RFC 8422 5.4): the key alone says how: RSA over MD5 and SHA-1 side by side, ECDSA over
// SHA-1. No other key signs.
bool fits_before12(const PublicKey& key);
bool fits_before12(const PrivateKey& key);
Result<Bytes> sign_before12(const PrivateKey& key, BytesView message, Nonces nonces,
                            Random& random);
bool verify_before12(const PublicKey& key, BytesView message, BytesView signature);

// The libcrypto that this build runs on has what the handshakes of TLS 1.0 and 1.1 need: MD5, SHA-1, and both as one.
bool has_hashes_before12();

}  // namespace stepshake::crypto
