// Which libcrypto this build runs on.
#pragma once

#include <string>

namespace stepshake::crypto {

// OpenSSL_version(3): "OpenSSL 3.0.22 25 Aug 2026".
std::string library_version();

}  // namespace stepshake::crypto
