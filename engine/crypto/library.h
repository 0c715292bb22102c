// Which libcrypto this build runs on, and what it has.
#pragma once

#include <string>

namespace stepshake::crypto {

// OpenSSL_version(3): "OpenSSL 3.0.22 25 Aug 2026".
std::string library_version();

// libcrypto's providers have keys of this type ("X25519", "ML-KEM-768"). Asked at run time, since a build with 3.0's
// headers may run on 3.5. Not quick: answers are worth keeping.
bool library_has_keys(const char* type);

}  // namespace stepshake::crypto
