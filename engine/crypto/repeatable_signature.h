// Signatures whose nonce or salt is drawn from the step's entropy, so that the same inputs give the same bytes: what
// the value tests and deterministic sessions need. Not for production keys. Private to crypto/.
#pragma once

#include <cstddef>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"
#include "crypto/random.h"

namespace stepshake::crypto {

struct RepeatableScheme {
  const char* digest;
  std::size_t digest_size;
  bool pss;  // otherwise ECDSA
};

Result<Bytes> sign_repeatably(const RepeatableScheme& scheme, const PrivateKey& key,
                              BytesView message, Random& random);

}  // namespace stepshake::crypto
