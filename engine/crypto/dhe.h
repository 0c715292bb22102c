// Diffie-Hellman as TLS 1.2 and before do it (RFC 5246 7.4.3, 8.1.2): the server names prime and generator, which may be
// RFC 7919's or its own.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/random.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

// Numbers as the message has them: most significant byte first.
struct DheGroup {
  Bytes prime;
  Bytes generator;
  bool operator==(const DheGroup&) const = default;
};
STEPSHAKE_FIELDS(DheGroup, prime, generator)

// RFC 7919's, one that `has` affirms.
DheGroup dhe_group_of(wire::NamedGroup group);
// Which of RFC 7919's it is, if any.
std::optional<wire::NamedGroup> name_of(const DheGroup& group);

unsigned bits_of(const DheGroup& group);

// From "DH PARAMETERS" or "X9.42 DH PARAMETERS" in PEM, for a server's own group. Nothing where there are none.
std::optional<DheGroup> dhe_group_from_pem(std::string_view pem);

inline constexpr unsigned kLeastDheBits = 2048;
inline constexpr unsigned kMostDheBits = 8192;  // a longer one only costs time

// What a client looks at in a server's group (RFC 7919 3): a prime too short is weak_dhe_group; one too long, an even one,
// or a generator out of range is bad_dhe_value. That it is a prime at all would take too long to ask in a handshake.
Result<void> check(const DheGroup& group, unsigned least_bits = kLeastDheBits);

// For a server's own group: a safe prime, so that a public value in range is in no small subgroup. Slow.
bool has_safe_prime(const DheGroup& group);

// An exchange under way, as a value.
struct DhePrivate {
  DheGroup group;
  Secret private_key;
  Bytes public_key;  // as long as the prime: some peers stumble over a shorter one
};
STEPSHAKE_FIELDS(DhePrivate, group, private_key, public_key)

// The group has passed `check`.
DhePrivate dhe_offer(const DheGroup& group, Random& random);

// The premaster secret: RFC 5246 8.1.2, without leading zeros. bad_dhe_value for a public value out of range.
Result<Secret> dhe_conclude(const DhePrivate& own, BytesView peer_public_key);

}  // namespace stepshake::crypto
