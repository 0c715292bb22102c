// Exponentiation modulo a prime, with exponents as plain bytes. Private to crypto/.
#pragma once

#include <openssl/bn.h>

#include <span>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/random.h"

namespace stepshake::crypto {

// base ^ exponent mod prime in constant time, as long as `padded` with zeros on the left. `montgomery` is the prime's,
// or null.
bool power(const BIGNUM* prime, BN_MONT_CTX* montgomery, const BIGNUM* base, BytesView exponent,
           std::span<std::uint8_t> padded);

// Uniform in [1, 2^bits).
Secret random_exponent(unsigned bits, Random& random);

// 1 < value < prime - 1 (RFC 7919 5.1): not of a subgroup of one or two elements.
bool is_in_range(const BIGNUM* value, const BIGNUM* prime);

}  // namespace stepshake::crypto
