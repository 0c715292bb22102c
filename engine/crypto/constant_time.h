// Choices whose time tells nothing of what is chosen: masks instead of branches, for numbers below 2^63.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace stepshake::crypto {

// All ones for yes, zero for no.
using Mask = std::uint64_t;

// Hides from the compiler that a mask is one of two values, so that it makes no branch of it.
inline Mask hidden(Mask mask) {
  asm("" : "+r"(mask));  // NOLINT(hicpp-no-assembler)
  return mask;
}

inline Mask is_less(std::uint64_t a, std::uint64_t b) { return hidden(0 - ((a - b) >> 63)); }
inline Mask is_equal(std::uint64_t a, std::uint64_t b) { return hidden(0 - (((a ^ b) - 1) >> 63)); }
inline std::uint64_t select(Mask mask, std::uint64_t yes, std::uint64_t no) {
  return no ^ (hidden(mask) & (yes ^ no));
}
inline std::uint8_t select_byte(Mask mask, std::uint8_t yes, std::uint8_t no) {
  return static_cast<std::uint8_t>(select(mask, yes, no));
}

}  // namespace stepshake::crypto
