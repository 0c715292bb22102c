// Byte strings and the few things that every floor does with them.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stepshake {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// The bytes of a text, without a terminating zero.
inline BytesView view_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline std::string_view text_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes to_bytes(BytesView bytes) { return {bytes.begin(), bytes.end()}; }

inline void append(Bytes& to, BytesView from) { to.insert(to.end(), from.begin(), from.end()); }

Bytes concat(std::initializer_list<BytesView> parts);

// Not in constant time: for public values only. Secrets are compared by crypto::equal.
inline bool same(BytesView a, BytesView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

// Lower-case hexadecimal.
std::string to_hex(BytesView bytes);

// Nothing unless the text is an even number of hexadecimal digits; white space between digits is skipped.
std::optional<Bytes> from_hex(std::string_view text);

}  // namespace stepshake
