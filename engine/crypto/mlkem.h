// ML-KEM (FIPS 203) where libcrypto has it, from 3.5 on: bytes in, bytes out, no randomness of its own.
// Private to crypto/.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

namespace stepshake::crypto {

enum class MlKem : std::uint8_t { mlkem512, mlkem768, mlkem1024 };

inline constexpr std::size_t kMlKemSeedSize = 64;     // d || z (FIPS 203 7.1)
inline constexpr std::size_t kMlKemMessageSize = 32;  // m (FIPS 203 7.2)
inline constexpr std::size_t kMlKemSecretSize = 32;

struct MlKemFacts {
  const char* name;  // libcrypto's
  std::size_t encapsulation_key_size;
  std::size_t ciphertext_size;
};

const MlKemFacts& facts_of(MlKem set);
bool has_mlkem(MlKem set);

// FIPS 203 algorithm 16, ML-KEM.KeyGen_internal(d, z): the encapsulation key.
Bytes mlkem_encapsulation_key(MlKem set, BytesView seed);

struct Encapsulated {
  Bytes ciphertext;
  Secret shared_secret;
};

// FIPS 203 algorithm 17, after the checks of 7.2: a key that fails them is bad_key_share.
Result<Encapsulated> mlkem_encapsulate(MlKem set, BytesView encapsulation_key, BytesView message);

// FIPS 203 algorithm 18. A ciphertext of the wrong size is bad_key_share; one that was tampered with gives another
// secret (implicit rejection).
Result<Secret> mlkem_decapsulate(MlKem set, BytesView seed, BytesView ciphertext);

}  // namespace stepshake::crypto
