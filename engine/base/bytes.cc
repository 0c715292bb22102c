#include "base/bytes.h"

namespace stepshake {
namespace {

std::optional<std::uint8_t> digit_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<std::uint8_t>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<std::uint8_t>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<std::uint8_t>(c - 'A' + 10);
  return std::nullopt;
}

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

}  // namespace

Bytes concat(std::initializer_list<BytesView> parts) {
  std::size_t size = 0;
  for (BytesView part : parts) size += part.size();
  Bytes whole;
  whole.reserve(size);
  for (BytesView part : parts) append(whole, part);
  return whole;
}

std::string to_hex(BytesView bytes) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t byte : bytes) {
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  std::optional<std::uint8_t> high;
  for (char c : text) {
    if (is_space(c)) continue;
    const auto value = digit_value(c);
    if (!value) return std::nullopt;
    if (!high) {
      high = value;
    } else {
      bytes.push_back(static_cast<std::uint8_t>(*high << 4 | *value));
      high.reset();
    }
  }
  if (high) return std::nullopt;
  return bytes;
}

}  // namespace stepshake
