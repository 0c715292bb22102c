// The elliptic-curve groups: Montgomery curves (RFC 7748) and the NIST curves in short Weierstrass form.
// Private to crypto/.
#pragma once

#include "crypto/key_exchange.h"

namespace stepshake::crypto {

bool is_montgomery(wire::NamedGroup group);
PrivateShare montgomery_offer(wire::NamedGroup group, Random& random);
Result<Secret> montgomery_conclude(const PrivateShare& own, BytesView peer_share);

bool is_weierstrass(wire::NamedGroup group);
PrivateShare weierstrass_offer(wire::NamedGroup group, Random& random);
Result<Secret> weierstrass_conclude(const PrivateShare& own, BytesView peer_share);

}  // namespace stepshake::crypto
