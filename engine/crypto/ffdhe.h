// The finite-field groups ffdhe2048 to ffdhe8192 (RFC 7919). Private to crypto/.
#pragma once

#include "crypto/key_exchange.h"

namespace stepshake::crypto {

bool is_ffdhe(wire::NamedGroup group);
bool has_ffdhe(wire::NamedGroup group);
PrivateShare ffdhe_offer(wire::NamedGroup group, Random& random);
Result<Secret> ffdhe_conclude(const PrivateShare& own, BytesView peer_share);

}  // namespace stepshake::crypto
