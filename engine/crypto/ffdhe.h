// The finite-field groups ffdhe2048 to ffdhe8192 (RFC 7919). Private to crypto/.
#pragma once

#include "crypto/key_exchange.h"

namespace stepshake::crypto {

bool is_ffdhe(wire::NamedGroup group);
bool has_ffdhe(wire::NamedGroup group);
PrivateShare ffdhe_offer(wire::NamedGroup group, Random& random);
Result<Secret> ffdhe_conclude(const PrivateShare& own, BytesView peer_share);

// Of a group that has_ffdhe affirms; the generator is 2.
Bytes ffdhe_prime(wire::NamedGroup group);
unsigned ffdhe_exponent_bits(wire::NamedGroup group);

}  // namespace stepshake::crypto
