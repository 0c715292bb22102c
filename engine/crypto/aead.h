// Authenticated encryption (RFC 5116), as every version's record protection uses it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>

#include "base/bytes.h"

namespace stepshake::crypto {

enum class AeadAlgorithm : std::uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
  aes_256_ccm,
  aes_256_ccm_8,
};

inline constexpr std::size_t kNonceSize = 12;

// The libcrypto that this build runs on has it.
bool has(AeadAlgorithm algorithm);

std::size_t key_size_of(AeadAlgorithm algorithm);
std::size_t tag_size_of(AeadAlgorithm algorithm);

// How many full-size records one key may protect (RFC 8446 5.5); 2^64-1 where the sequence number wraps first.
std::uint64_t record_limit_of(AeadAlgorithm algorithm);

// Appends ciphertext and tag to `out`. The key has the algorithm's size; `plaintext` is one part after the other.
void seal(AeadAlgorithm algorithm, BytesView key, BytesView nonce, BytesView aad,
          std::initializer_list<BytesView> plaintext, Bytes& out);

// The plaintext, or nothing where the tag does not fit.
std::optional<Bytes> open(AeadAlgorithm algorithm, BytesView key, BytesView nonce, BytesView aad,
                          BytesView ciphertext_and_tag);

}  // namespace stepshake::crypto
