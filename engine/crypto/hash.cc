#include "crypto/hash.h"

#include <openssl/crypto.h>

#include <cstdlib>

#include "crypto/digest.h"

namespace stepshake::crypto {

const char* name_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return "SHA2-256";
    case HashAlgorithm::sha384: return "SHA2-384";
    case HashAlgorithm::sha512: return "SHA2-512";
    case HashAlgorithm::sha1: return "SHA1";
    case HashAlgorithm::md5: return "MD5";
  }
  std::abort();
}

const EVP_MD* digest(HashAlgorithm algorithm) {
  static const auto fetched = [] {
    std::array<DigestPtr, kHashAlgorithms> all;
    for (std::size_t i = 1; i < all.size(); ++i) {
      all[i].reset(EVP_MD_fetch(nullptr, name_of(static_cast<HashAlgorithm>(i)), nullptr));
    }
    return all;
  }();
  return fetched[static_cast<std::size_t>(algorithm)].get();
}

bool has(HashAlgorithm algorithm) { return digest(algorithm) != nullptr; }

std::size_t size_of(HashAlgorithm algorithm) {
  switch (algorithm) {
    case HashAlgorithm::sha256: return 32;
    case HashAlgorithm::sha384: return 48;
    case HashAlgorithm::sha512: return 64;
    case HashAlgorithm::sha1: return 20;
    case HashAlgorithm::md5: return 16;
  }
  std::abort();
}

Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts) {
  thread_local const DigestContextPtr context(EVP_MD_CTX_new());
  Bytes output(size_of(algorithm));
  bool ok = EVP_DigestInit_ex2(context.get(), digest(algorithm), nullptr) == 1;
  for (BytesView part : parts) {
    ok = ok && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
  }
  ok = ok && EVP_DigestFinal_ex(context.get(), output.data(), nullptr) == 1;
  // A hash that libcrypto has cannot fail but for want of memory; going on with zeros would be worse.
  if (!ok) std::abort();
  return output;
}

bool equal(BytesView a, BytesView b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace stepshake::crypto
