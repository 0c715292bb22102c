// Bytes and text into each other. Abseil's string_view is not the standard library's in every build of it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "base/bytes.h"

namespace stepshake::server {

inline BytesView bytes_of(absl::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline absl::string_view chars_of(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string to_text(BytesView bytes) { return std::string(chars_of(bytes)); }

}  // namespace stepshake::server
