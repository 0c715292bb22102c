#include "describe/names.h"

#include "base/alert.h"
#include "describe/name_tables.h"
#include "wire/code_points.h"

namespace stepshake::describe {
namespace {

std::string hex(std::uint32_t number, int digits) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "0x";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) {
    text.push_back(kDigits[number >> shift & 15U]);
  }
  return text;
}

// "GREASE (0x1a1a)" included.
std::string with_hex16(std::string_view name, std::uint32_t number) {
  if (name.empty() && is_grease(number)) name = "GREASE";
  return name.empty() ? hex16(number) : std::string(name) + " (" + hex16(number) + ")";
}

}  // namespace

std::string decimal(std::uint32_t number) { return std::to_string(number); }
std::string seconds(std::uint32_t number) { return std::to_string(number) + " s"; }
std::string hex8(std::uint32_t number) { return hex(number, 2); }
std::string hex16(std::uint32_t number) { return hex(number, 4); }
std::string hex32(std::uint32_t number) { return hex(number, 8); }

std::string printable(BytesView text) {
  std::string shown;
  for (std::uint8_t byte : text) {
    if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
      shown.push_back(static_cast<char>(byte));
    } else {
      shown += "\\x" + hex(byte, 2).substr(2);
    }
  }
  return shown;
}

bool is_grease(std::uint32_t number) {
  return (number & 0xffff0f0f) == 0x0a0a && (number >> 8) == (number & 0xff);
}

std::string_view cipher_suite_name(std::uint32_t number) {
  const auto name = wire::name_of(static_cast<wire::CipherSuite>(number));
  if (!name.empty()) return name;
  return look_up(number < 0xc000 ? low_suite_names() : high_suite_names(), number);
}

std::string shown_cipher_suite(std::uint32_t number) {
  return with_hex16(cipher_suite_name(number), number);
}

std::string shown_version(std::uint32_t number) {
  return with_hex16(wire::name_of(static_cast<wire::ProtocolVersion>(number)), number);
}

std::string shown_alert_description(std::uint32_t number) {
  return alert_name(static_cast<AlertDescription>(number)) + " (" + decimal(number) + ")";
}

}  // namespace stepshake::describe
