// What a TLS 1.3 cipher suite stands for (RFC 8446 B.4), and its AEAD.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/secret.h"
#include "crypto/hash.h"
#include "wire/code_points.h"

namespace stepshake::crypto {

enum class AeadAlgorithm : std::uint8_t {
  aes_128_gcm,
  aes_256_gcm,
  chacha20_poly1305,
  aes_128_ccm,
  aes_128_ccm_8,
};

inline constexpr std::size_t kNonceSize = 12;

struct SuiteFacts {
  AeadAlgorithm aead;
  HashAlgorithm hash;
  std::size_t key_size;
  std::size_t tag_size;
  // RFC 8446 5.5: how many full-size records one key may protect; 2^64-1 where the sequence number wraps first.
  std::uint64_t record_limit;
};

// Nothing for a suite that the engine does not implement.
std::optional<SuiteFacts> facts_of(wire::CipherSuite suite);

// Appends ciphertext and tag to `out`. The key has the suite's size; `plaintext` is one part after the other.
void seal(const SuiteFacts& suite, BytesView key, BytesView nonce, BytesView aad,
          std::initializer_list<BytesView> plaintext, Bytes& out);

// The plaintext, or nothing where the tag does not fit.
std::optional<Bytes> open(const SuiteFacts& suite, BytesView key, BytesView nonce, BytesView aad,
                          BytesView ciphertext_and_tag);

}  // namespace stepshake::crypto
