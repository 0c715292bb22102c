// What a TLS 1.3 cipher suite stands for (RFC 8446 B.4).
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

struct SuiteFacts {
  AeadAlgorithm aead;
  HashAlgorithm hash;
  std::size_t key_size;
  std::size_t tag_size;
  // RFC 8446 5.5: how many full-size records one key may protect; 2^64-1 where the sequence number wraps first.
  std::uint64_t record_limit;
};

// Nothing for a suite that the engine does not implement, or one of an earlier version.
std::optional<SuiteFacts> facts_of(wire::CipherSuite suite);

inline void seal(const SuiteFacts& suite, BytesView key, BytesView nonce, BytesView aad,
                 std::initializer_list<BytesView> plaintext, Bytes& out) {
  seal(suite.aead, key, nonce, aad, plaintext, out);
}

inline std::optional<Bytes> open(const SuiteFacts& suite, BytesView key, BytesView nonce,
                                 BytesView aad, BytesView ciphertext_and_tag) {
  return open(suite.aead, key, nonce, aad, ciphertext_and_tag);
}

}  // namespace stepshake::crypto
