#include "crypto/key_exchange.h"

#include <cstdlib>

#include "crypto/curves.h"

namespace stepshake::crypto {

bool has(wire::NamedGroup group) { return is_montgomery(group) || is_weierstrass(group); }

PrivateShare offer(wire::NamedGroup group, Random& random) {
  if (is_montgomery(group)) return montgomery_offer(group, random);
  if (is_weierstrass(group)) return weierstrass_offer(group, random);
  std::abort();  // the configuration check lets no other group through
}

Result<Answer> answer(wire::NamedGroup group, BytesView peer_share, Random& random) {
  const PrivateShare own = offer(group, random);
  TRY_ASSIGN(Secret shared, conclude(own, peer_share));
  return Answer{own.public_key, std::move(shared)};
}

Result<Secret> conclude(const PrivateShare& own, BytesView peer_share) {
  if (is_montgomery(own.group)) return montgomery_conclude(own, peer_share);
  if (is_weierstrass(own.group)) return weierstrass_conclude(own, peer_share);
  std::abort();
}

}  // namespace stepshake::crypto
