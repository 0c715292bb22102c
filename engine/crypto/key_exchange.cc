#include "crypto/key_exchange.h"

#include <cstdlib>

#include "crypto/curves.h"
#include "crypto/ffdhe.h"
#include "crypto/kem_groups.h"

namespace stepshake::crypto {

bool has(wire::NamedGroup group) { return has_curve(group) || has_ffdhe(group) || has_kem(group); }

PrivateShare offer(wire::NamedGroup group, Random& random) {
  if (is_curve(group)) return curve_offer(group, random);
  if (is_ffdhe(group)) return ffdhe_offer(group, random);
  if (is_kem(group)) return kem_offer(group, random);
  std::abort();  // the configuration check lets no other group through
}

Result<Answer> answer(wire::NamedGroup group, BytesView peer_share, Random& random) {
  if (is_kem(group)) return kem_answer(group, peer_share, random);
  if (is_curve(group)) return curve_answer(group, peer_share, random);
  // Diffie-Hellman: the answer does not depend on the offer.
  const PrivateShare own = offer(group, random);
  TRY_ASSIGN(Secret shared, conclude(own, peer_share));
  return Answer{own.public_key, std::move(shared)};
}

Result<Secret> conclude(const PrivateShare& own, BytesView peer_share) {
  if (is_curve(own.group)) return curve_conclude(own, peer_share);
  if (is_ffdhe(own.group)) return ffdhe_conclude(own, peer_share);
  if (is_kem(own.group)) return kem_conclude(own, peer_share);
  std::abort();
}

}  // namespace stepshake::crypto
