// The elliptic-curve groups: Montgomery curves (RFC 7748) and the NIST curves in short Weierstrass form.
// Private to crypto/.
#pragma once

#include "crypto/key_exchange.h"

namespace stepshake::crypto {

bool is_curve(wire::NamedGroup group);
bool has_curve(wire::NamedGroup group);
std::size_t curve_share_size(wire::NamedGroup group);
PrivateShare curve_offer(wire::NamedGroup group, Random& random);
Result<Answer> curve_answer(wire::NamedGroup group, BytesView peer_share, Random& random);
Result<Secret> curve_conclude(const PrivateShare& own, BytesView peer_share);

// The two kinds, each in its file.
bool is_montgomery(wire::NamedGroup group);
bool has_montgomery(wire::NamedGroup group);
std::size_t montgomery_share_size(wire::NamedGroup group);
PrivateShare montgomery_offer(wire::NamedGroup group, Random& random);
Result<Answer> montgomery_answer(wire::NamedGroup group, BytesView peer_share, Random& random);
Result<Secret> montgomery_conclude(const PrivateShare& own, BytesView peer_share);

bool is_weierstrass(wire::NamedGroup group);
bool has_weierstrass(wire::NamedGroup group);
std::size_t weierstrass_share_size(wire::NamedGroup group);
PrivateShare weierstrass_offer(wire::NamedGroup group, Random& random);
Result<Secret> weierstrass_conclude(const PrivateShare& own, BytesView peer_share);

}  // namespace stepshake::crypto
