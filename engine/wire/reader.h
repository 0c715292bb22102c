// Reads the presentation language of RFC 8446 3 from bytes that it does not own. Every length is checked; what is
// wrong is decode_error, with the name of the field that it happened in.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace stepshake::wire {

// Least and most bytes of a vector, as <2..2^16-2> in the RFC.
struct Bounds {
  std::size_t least = 0;
  std::size_t most = SIZE_MAX;
};

class Reader {
 public:
  explicit Reader(BytesView bytes) : rest_(bytes) {}

  [[nodiscard]] bool at_end() const { return rest_.empty(); }
  [[nodiscard]] BytesView rest() const { return rest_; }

  Result<std::uint8_t> u8(std::string_view field);
  Result<std::uint16_t> u16(std::string_view field);
  Result<std::uint32_t> u24(std::string_view field);
  Result<std::uint32_t> u32(std::string_view field);
  Result<BytesView> bytes(std::size_t size, std::string_view field);

  // Vectors whose length stands in 1, 2 or 3 bytes before them.
  Result<BytesView> vector8(std::string_view field, Bounds bounds = {});
  Result<BytesView> vector16(std::string_view field, Bounds bounds = {});
  Result<BytesView> vector24(std::string_view field, Bounds bounds = {});

  // A vector16 (or vector8) of 2-byte values.
  template <class Enum>
  Result<std::vector<Enum>> list16(std::string_view field, Bounds bounds = {});
  template <class Enum>
  Result<std::vector<Enum>> list16_in_vector8(std::string_view field, Bounds bounds = {});

  // Nothing may be left (RFC 8446 3.4: trailing data is forbidden).
  [[nodiscard]] Result<void> expect_end(std::string_view structure) const;

 private:
  Result<std::uint32_t> number(std::size_t size, std::string_view field);
  Result<BytesView> vector(std::size_t length_size, std::string_view field, Bounds bounds);

  BytesView rest_;
};

// decode_error unless it is a list of 2-byte values.
Result<void> check_u16_list(BytesView bytes, std::string_view field);

// Takes a list of 2-byte values apart; an odd length is decode_error.
template <class Value = std::uint16_t>
Result<std::vector<Value>> decode_u16_list(BytesView bytes, std::string_view field) {
  TRY(check_u16_list(bytes, field));
  std::vector<Value> values;
  values.reserve(bytes.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); i += 2) {
    values.push_back(static_cast<Value>(bytes[i] << 8 | bytes[i + 1]));
  }
  return values;
}

template <class Enum>
Result<std::vector<Enum>> Reader::list16(std::string_view field, Bounds bounds) {
  TRY_ASSIGN(const BytesView bytes, vector16(field, bounds));
  return decode_u16_list<Enum>(bytes, field);
}

template <class Enum>
Result<std::vector<Enum>> Reader::list16_in_vector8(std::string_view field, Bounds bounds) {
  TRY_ASSIGN(const BytesView bytes, vector8(field, bounds));
  return decode_u16_list<Enum>(bytes, field);
}

}  // namespace stepshake::wire
