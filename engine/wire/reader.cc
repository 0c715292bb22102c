#include "wire/reader.h"

namespace stepshake::wire {
namespace {

Failure cut_short(std::string_view field, std::size_t left, std::size_t wanted) {
  return fail(Reason::decode_error, std::string(field) + " is cut short: " + std::to_string(left) +
                                        " of " + std::to_string(wanted) + " bytes");
}

}  // namespace

Result<std::uint32_t> Reader::number(std::size_t size, std::string_view field) {
  if (rest_.size() < size) return cut_short(field, rest_.size(), size);
  std::uint32_t value = 0;
  for (std::uint8_t byte : rest_.first(size)) value = value << 8 | byte;
  rest_ = rest_.subspan(size);
  return value;
}

Result<std::uint8_t> Reader::u8(std::string_view field) {
  TRY_ASSIGN(const auto value, number(1, field));
  return static_cast<std::uint8_t>(value);
}

Result<std::uint16_t> Reader::u16(std::string_view field) {
  TRY_ASSIGN(const auto value, number(2, field));
  return static_cast<std::uint16_t>(value);
}

Result<std::uint32_t> Reader::u24(std::string_view field) { return number(3, field); }

Result<std::uint32_t> Reader::u32(std::string_view field) { return number(4, field); }

Result<BytesView> Reader::bytes(std::size_t size, std::string_view field) {
  if (rest_.size() < size) return cut_short(field, rest_.size(), size);
  const BytesView taken = rest_.first(size);
  rest_ = rest_.subspan(size);
  return taken;
}

Result<BytesView> Reader::vector(std::size_t length_size, std::string_view field, Bounds bounds) {
  TRY_ASSIGN(const std::uint32_t length, number(length_size, field));
  if (length < bounds.least || length > bounds.most) {
    return fail(Reason::decode_error,
                std::string(field) + " has a length out of bounds: " + std::to_string(length));
  }
  return bytes(length, field);
}

Result<BytesView> Reader::vector8(std::string_view field, Bounds bounds) {
  return vector(1, field, bounds);
}

Result<BytesView> Reader::vector16(std::string_view field, Bounds bounds) {
  return vector(2, field, bounds);
}

Result<BytesView> Reader::vector24(std::string_view field, Bounds bounds) {
  return vector(3, field, bounds);
}

Result<void> Reader::expect_end(std::string_view structure) const {
  if (at_end()) return {};
  return fail(Reason::trailing_data,
              std::to_string(rest_.size()) + " bytes too many after " + std::string(structure));
}

Result<void> check_u16_list(BytesView bytes, std::string_view field) {
  if (bytes.size() % 2 == 0) return {};
  return fail(Reason::decode_error, std::string(field) + " has an odd length");
}

}  // namespace stepshake::wire
