// What the other groups see of the curves, whichever kind they are of.
#include "crypto/curves.h"

#include <utility>

namespace stepshake::crypto {

bool is_curve(wire::NamedGroup group) { return is_montgomery(group) || is_weierstrass(group); }

bool has_curve(wire::NamedGroup group) { return has_montgomery(group) || has_weierstrass(group); }

std::size_t curve_share_size(wire::NamedGroup group) {
  return is_montgomery(group) ? montgomery_share_size(group) : weierstrass_share_size(group);
}

PrivateShare curve_offer(wire::NamedGroup group, Random& random) {
  return is_montgomery(group) ? montgomery_offer(group, random) : weierstrass_offer(group, random);
}

Result<Answer> curve_answer(wire::NamedGroup group, BytesView peer_share, Random& random) {
  if (is_montgomery(group)) return montgomery_answer(group, peer_share, random);
  PrivateShare own = weierstrass_offer(group, random);
  TRY_ASSIGN(Secret shared, weierstrass_conclude(own, peer_share));
  return Answer{std::move(own.public_key), std::move(shared)};
}

Result<Secret> curve_conclude(const PrivateShare& own, BytesView peer_share) {
  return is_montgomery(own.group) ? montgomery_conclude(own, peer_share)
                                  : weierstrass_conclude(own, peer_share);
}

}  // namespace stepshake::crypto
