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

// The same for whoever makes many steps: the generator, which costs as much asked for one as for all of them, is asked
// once for many, and what was given out is wiped. A pool belongs to one thread, and to a process that does not fork, or
// both would give out the same; so it is never copied.
class EntropyPool {
 public:
  EntropyPool() = default;
  EntropyPool(const EntropyPool&) = delete;
  EntropyPool& operator=(const EntropyPool&) = delete;
  ~EntropyPool();

  Entropy take();

 private:
  static constexpr std::size_t kSteps = 32;

  std::array<Entropy, kSteps> drawn_{};
  std::size_t left_ = 0;  // of those drawn, at the front
};

// HMAC-SHA256 over a counter, keyed with the entropy: as strong as the 256 bits that it is given. The stream's number
// keeps turns apart that are given the same entropy.
class Random {
 public:
  explicit Random(const Entropy& entropy, std::uint64_t stream = 0)
      : key_(entropy), stream_(stream) {}
  Random(const Random&) = delete;
  Random& operator=(const Random&) = delete;
  ~Random();

  void fill(std::span<std::uint8_t> out);
  Secret secret(std::size_t size);
  template <std::size_t N>
  std::array<std::uint8_t, N> array() {
    std::array<std::uint8_t, N> bytes;
    fill(bytes);
    return bytes;
  }

 private:
  Entropy key_;
  std::uint64_t stream_;
  std::uint64_t counter_ = 0;
};

}  // namespace stepshake::crypto
