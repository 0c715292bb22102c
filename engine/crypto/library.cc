#include "crypto/library.h"

#include <openssl/crypto.h>

namespace stepshake::crypto {

std::string library_version() { return OpenSSL_version(OPENSSL_VERSION); }

}  // namespace stepshake::crypto
