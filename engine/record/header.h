// The parts that records of every version share. Private to record/.
#pragma once

#include <array>

#include "base/secret.h"
#include "crypto/aead.h"
#include "record/protection.h"

namespace stepshake::record {

inline std::array<std::uint8_t, kHeaderSize> header(wire::ContentType type, std::uint16_t version,
                                                    std::size_t size) {
  return {static_cast<std::uint8_t>(type), static_cast<std::uint8_t>(version >> 8),
          static_cast<std::uint8_t>(version), static_cast<std::uint8_t>(size >> 8),
          static_cast<std::uint8_t>(size)};
}

inline std::array<std::uint8_t, 8> sequence_bytes(std::uint64_t sequence) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i) {
    bytes[7 - i] = static_cast<std::uint8_t>(sequence >> (8 * i));
  }
  return bytes;
}

// RFC 8446 5.3, RFC 7905 2: the sequence number, padded to the IV's size, XORed with the IV.
inline std::array<std::uint8_t, crypto::kNonceSize> nonce(const Secret& iv,
                                                          std::uint64_t sequence) {
  std::array<std::uint8_t, crypto::kNonceSize> bytes{};
  std::copy_n(iv.data(), bytes.size(), bytes.begin());
  const auto number = sequence_bytes(sequence);
  for (std::size_t i = 0; i < 8; ++i) bytes[4 + i] ^= number[i];
  return bytes;
}

// RFC 5246 6.2.3.1, 6.2.3.3: seq_num, type, version, and the length of what follows, under the MAC of TLS 1.2 and before.
std::array<std::uint8_t, 13> additional_data(const Protection& keys, wire::ContentType type,
                                             std::size_t size);

}  // namespace stepshake::record
