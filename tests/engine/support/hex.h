// Bytes written down as hexadecimal text in a test.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"

namespace stepshake::testing {

// White space is skipped; anything else that is no digit is a mistake in the test.
inline Bytes hex(std::string_view text) {
  auto bytes = from_hex(text);
  if (!bytes) std::abort();
  return *std::move(bytes);
}

inline std::string hex_of(const Secret& secret) { return to_hex(secret.view()); }

}  // namespace stepshake::testing
