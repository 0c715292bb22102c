// The groups with ML-KEM in them, alone or beside a curve. Private to crypto/.
#pragma once

#include "crypto/key_exchange.h"

namespace stepshake::crypto {

bool is_kem(wire::NamedGroup group);
bool has_kem(wire::NamedGroup group);
PrivateShare kem_offer(wire::NamedGroup group, Random& random);
Result<Answer> kem_answer(wire::NamedGroup group, BytesView peer_share, Random& random);
Result<Secret> kem_conclude(const PrivateShare& own, BytesView peer_share);

}  // namespace stepshake::crypto
