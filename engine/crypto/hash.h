// Hashes, HMAC and comparison in constant time.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>

#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::crypto {

enum class HashAlgorithm : std::uint8_t { sha256 = 1, sha384 = 2, sha512 = 3, sha1 = 4 };

// Bytes of output.
std::size_t size_of(HashAlgorithm algorithm);

// The hash of the parts one after the other.
Bytes hash(HashAlgorithm algorithm, std::initializer_list<BytesView> parts);

// RFC 2104, over the parts one after the other.
Secret hmac(HashAlgorithm algorithm, BytesView key, std::initializer_list<BytesView> parts);

// In constant time for equal sizes; false for different ones.
bool equal(BytesView a, BytesView b);

}  // namespace stepshake::crypto
