// Hashes, HMAC and comparison in constant time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::crypto {

enum class HashAlgorithm : std::uint8_t { sha256 = 1, sha384 = 2, sha512 = 3, sha1 = 4, md5 = 5 };

inline constexpr std::size_t kLargestHash = 64;  // bytes: SHA-512's

struct Digest;

// Bytes of output.
std::size_t size_of(HashAlgorithm algorithm);

// A hash on its way, as a value: a copy goes on from where the original is.
class Hasher {
 public:
  explicit Hasher(HashAlgorithm algorithm);

  void add(BytesView bytes);
  // Writes as many bytes as the hash has. After that there is nothing to add to.
  void end(std::uint8_t* hash);

  // Overwrites what was added, where that was secret.
  void wipe();

 private:
  static constexpr std::size_t kStateSize = 216;  // SHA-512's, the largest

  const Digest* digest_;
  // libcrypto's state, plain data.
  alignas(std::uint64_t) std::array<std::byte, kStateSize> state_;
};

// The hash of the parts one after the other.
Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts);

// HMAC (RFC 2104) with one key, of any number of messages: half the work for each but the first, where they are short.
class Hmac {
 public:
  Hmac(HashAlgorithm algorithm, BytesView key);
  Hmac(const Hmac&) = delete;
  Hmac& operator=(const Hmac&) = delete;
  ~Hmac();

  [[nodiscard]] HashAlgorithm algorithm() const { return algorithm_; }

  // A message on its way: add to what begin gives. end writes as many bytes as the hash has.
  [[nodiscard]] Hasher begin() const { return inner_; }
  void end(Hasher& message, std::uint8_t* out) const;

  // Of the parts one after the other; `out` may be one of them.
  void of(std::initializer_list<BytesView> parts, std::uint8_t* out) const;
  [[nodiscard]] Secret of(std::initializer_list<BytesView> parts) const;

 private:
  HashAlgorithm algorithm_;
  // RFC 2104 2: the two hashes, each with its block of key added.
  Hasher inner_;
  Hasher outer_;
};

// Of one message.
Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts);

// HMAC over `header`, 13 bytes, and the first `size` bytes of `record`, in time and memory accesses that tell nothing of
// `size`: for the MAC of a CBC record whose padding is not known yet (RFC 5246 6.2.3.2, "Lucky 13"). `record` goes on
// for a MAC and at most 256 bytes behind `size`. With SHA-1, SHA-256 or SHA-384, where `has` affirms it: this alone is by
// libcrypto's providers, which a configuration may restrict.
Secret hmac_of_hidden_size(HashAlgorithm algorithm, BytesView key, BytesView header,
                           BytesView record, std::size_t size);

bool has(HashAlgorithm algorithm);

// In constant time for equal sizes; false for different ones.
bool equal(BytesView a, BytesView b);

}  // namespace stepshake::crypto
