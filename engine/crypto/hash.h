// Hashes, HMAC and comparison in constant time.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::crypto {

enum class HashAlgorithm : std::uint8_t { sha256 = 1, sha384 = 2, sha512 = 3, sha1 = 4, md5 = 5 };

// The libcrypto that this build runs on has it.
bool has(HashAlgorithm algorithm);

// Bytes of output.
std::size_t size_of(HashAlgorithm algorithm);

// The hash of the parts one after the other.
Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts);

// RFC 2104, over the parts one after the other. The first form writes as many bytes as the hash has; `out` may be one of
// the parts.
void hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts,
          std::uint8_t* out);
Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts);

// HMAC over `header`, 13 bytes, and the first `size` bytes of `record`, in time and memory accesses that tell nothing of
// `size`: for the MAC of a CBC record whose padding is not known yet (RFC 5246 6.2.3.2, "Lucky 13"). `record` goes on
// for a MAC and at most 256 bytes behind `size`. With SHA-1, SHA-256 or SHA-384.
Secret hmac_of_hidden_size(HashAlgorithm algorithm, BytesView key, BytesView header,
                           BytesView record, std::size_t size);

// In constant time for equal sizes; false for different ones.
bool equal(BytesView a, BytesView b);

}  // namespace stepshake::crypto
