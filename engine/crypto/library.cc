#include "crypto/library.h"

#include <openssl/crypto.h>
#include <openssl/err.h>

#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {

std::string library_version() { return OpenSSL_version(OPENSSL_VERSION); }

bool library_has_keys(const char* type) {
  const KeyTypePtr found(EVP_KEYMGMT_fetch(nullptr, type, nullptr));
  if (!found) ERR_clear_error();
  return found != nullptr;
}

}  // namespace stepshake::crypto
