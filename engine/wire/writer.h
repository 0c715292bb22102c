// Writes the presentation language of RFC 8446 3. What it is given is ours and fits; lengths are filled in behind.
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "wire/code_points.h"

namespace stepshake::wire {

class Writer {
 public:
  Writer() { out_.reserve(kUsualRoom); }
  // Room for so many bytes from the first.
  explicit Writer(std::size_t room) { out_.reserve(room); }

  Writer& u8(std::size_t value) { return number(value, 1); }
  Writer& u16(std::size_t value) { return number(value, 2); }
  Writer& u24(std::size_t value) { return number(value, 3); }
  Writer& u32(std::size_t value) { return number(value, 4); }
  Writer& u64(std::uint64_t value) { return number(value, 8); }
  Writer& bytes(BytesView raw) {
    append(out_, raw);
    return *this;
  }

  Writer& vector8(BytesView raw) { return u8(raw.size()).bytes(raw); }
  Writer& vector16(BytesView raw) { return u16(raw.size()).bytes(raw); }
  Writer& vector24(BytesView raw) { return u24(raw.size()).bytes(raw); }

  template <class Enum>
  Writer& list16(const std::vector<Enum>& values) {
    u16(values.size() * 2);
    for (Enum value : values) u16(number_of(value));
    return *this;
  }

  // Runs `body` and puts the length of what it wrote, in `length_size` bytes, before it.
  template <class Body>
  Writer& nested(std::size_t length_size, Body&& body) {
    const std::size_t at = out_.size();
    out_.resize(at + length_size);
    body();
    std::size_t length = out_.size() - at - length_size;
    for (std::size_t i = length_size; i > 0; --i, length >>= 8) {
      out_[at + i - 1] = static_cast<std::uint8_t>(length);
    }
    return *this;
  }

  [[nodiscard]] const Bytes& written() const { return out_; }
  Bytes take() { return std::move(out_); }

 private:
  // More than most extensions have: byte by byte, a vector grows six times until then.
  static constexpr std::size_t kUsualRoom = 64;

  Writer& number(std::uint64_t value, std::size_t size) {
    for (std::size_t i = size; i > 0; --i) {
      out_.push_back(static_cast<std::uint8_t>(value >> (8 * (i - 1))));
    }
    return *this;
  }

  Bytes out_;
};

}  // namespace stepshake::wire
