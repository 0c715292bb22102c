// Randomness of one turn, spun out of the step's entropy: the engine has no other source, so that a step repeated
// with the same inputs gives the same bytes.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::crypto {

inline constexpr std::size_t kEntropySize = 32;
using Entropy = std::array<std::uint8_t, kEntropySize>;

// Entropy from libcrypto's generator. For the floors above the engine; the engine itself is given its entropy.
Entropy fresh_entropy();

// HMAC-SHA256 over a counter, keyed with the entropy: as strong as the 256 bits that it is given. The stream's number
// keeps turns apart that are given the same entropy.
class Random {
 public:
  explicit Random(const Entropy& entropy, std::uint64_t stream = 0)
      : key_(entropy), stream_(stream) {}

  void fill(std::span<std::uint8_t> out);
  Secret secret(std::size_t size);
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> bytes;
    fill(bytes);
    return bytes;
  }

 private:
  Secret key_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
};

}  // namespace stepshake::crypto
