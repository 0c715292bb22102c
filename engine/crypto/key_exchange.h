// Key agreement in a named group (RFC 8446 4.2.8, 7.4), in the three moves of a KEM, which fit Diffie-Hellman too:
// the client offers, the server answers, the client concludes.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

// What the client keeps until the server's share comes. Raw bytes (a scalar, an exponent, ML-KEM's seed; a hybrid's
// two in the order of its share), so that it can be stored.
struct PrivateShare {
  wire::NamedGroup group{};
  Secret private_key;
  Bytes public_key;
};
STEPSHAKE_FIELDS(PrivateShare, group, private_key, public_key)

struct Answer {
  Bytes public_key;
  Secret shared_secret;
};

// This build implements the group and the libcrypto that it runs on has it.
bool has(wire::NamedGroup group);

// The group is one that `has` affirms, here and below.
PrivateShare offer(wire::NamedGroup group, Random& random);

// A share that is not of the group (size, range, not on the curve, low order) is bad_point or bad_key_share.
Result<Answer> answer(wire::NamedGroup group, BytesView peer_share, Random& random);
Result<Secret> conclude(const PrivateShare& own, BytesView peer_share);

}  // namespace stepshake::crypto
