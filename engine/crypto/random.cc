#include "crypto/random.h"

#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <algorithm>
#include <cstdlib>

#include "crypto/hash.h"

namespace stepshake::crypto {
namespace {

void draw(void* to, std::size_t size) {
  // Going on without chance would be worse.
  if (RAND_bytes(static_cast<unsigned char*>(to), static_cast<int>(size)) != 1) std::abort();
}

}  // namespace

Entropy fresh_entropy() {
  Entropy entropy;
  draw(entropy.data(), entropy.size());
  return entropy;
}

EntropyPool::~EntropyPool() { OPENSSL_cleanse(drawn_.data(), sizeof(drawn_)); }

Entropy EntropyPool::take() {
  if (left_ == 0) {
    draw(drawn_.data(), sizeof(drawn_));
    left_ = drawn_.size();
  }
  Entropy& given = drawn_[--left_];
  const Entropy entropy = given;
  OPENSSL_cleanse(given.data(), given.size());
  return entropy;
}

Random::~Random() { OPENSSL_cleanse(key_.data(), key_.size()); }

void Random::fill(std::span<std::uint8_t> out) {
  if (out.empty()) return;
  const Hmac keyed(HashAlgorithm::sha256, key_);
  while (!out.empty()) {
    std::array<std::uint8_t, 16> block_number{};
    for (std::size_t i = 0; i < 8; ++i) {
      block_number[i] = static_cast<std::uint8_t>(stream_ >> (8 * (7 - i)));
      block_number[8 + i] = static_cast<std::uint8_t>(counter_ >> (8 * (7 - i)));
    }
    ++counter_;
    std::array<std::uint8_t, 32> block;
    keyed.of({block_number}, block.data());
    const std::size_t size = std::min(out.size(), block.size());
    std::copy_n(block.data(), size, out.data());
    OPENSSL_cleanse(block.data(), block.size());
    out = out.subspan(size);
  }
}

Secret Random::secret(std::size_t size) {
  Secret bytes(size);
  fill(bytes.writable());
  return bytes;
}

}  // namespace stepshake::crypto
