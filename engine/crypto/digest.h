// libcrypto's digests. Private to crypto/.
#pragma once

#include "crypto/hash.h"

namespace stepshake::crypto {

struct Digest {
  const char* name;  // libcrypto's
  std::size_t size;
  std::size_t block_size;  // RFC 2104 2: B
  void (*begin)(std::byte* state);
  void (*add)(std::byte* state, BytesView bytes);
  void (*end)(std::byte* state, std::uint8_t* hash);
  std::size_t state_size;
};

const Digest& digest(HashAlgorithm algorithm);

}  // namespace stepshake::crypto
