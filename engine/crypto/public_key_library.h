// Where libcrypto looks for what reads a public key. Private to crypto/.
//
// Before 3.2 libcrypto tries all forty decoders of a provider, for PEM, PKCS #8, parameters and what not, each time that a
// SubjectPublicKeyInfo (RFC 5280 4.1) is parsed: two thirds of what a certificate costs. This library context has libcrypto's
// own default provider, but of its decoders and types of keys only those of public keys that sign handshakes.
#pragma once

struct ossl_lib_ctx_st;

namespace stepshake::crypto {

// For certificates, for public keys read from bytes, and for operations with either: a key that is used in another context
// works, too, but is copied into it first. Null, libcrypto's default, from 3.2 on, which remembers which decoder it was.
// Lives as long as the process.
ossl_lib_ctx_st* public_key_library();

}  // namespace stepshake::crypto
