// libcrypto's digests. Private to crypto/.
#pragma once

#include "crypto/hash.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {

// The enumerators start at 1.
inline constexpr std::size_t kHashAlgorithms = 6;

// libcrypto's name of it.
const char* name_of(HashAlgorithm algorithm);

// Fetched once a process: a fetch costs more than a short hash. Null where libcrypto does not have it.
const EVP_MD* digest(HashAlgorithm algorithm);

}  // namespace stepshake::crypto
