// The engine's own format, not TLS's: writes structs to bytes and reads them back, member by member as
// STEPSHAKE_FIELDS names them, for snapshots and tickets. Lengths and counts take 4 bytes, numbers their own size, most significant byte first.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

// Takes the place of a Writer where nothing is wanted but how much would be written.
class ByteCounter {
 public:
  ByteCounter& u8(std::size_t /*value*/) { return add(1); }
  ByteCounter& u32(std::size_t /*value*/) { return add(4); }
  ByteCounter& bytes(BytesView raw) { return add(raw.size()); }
  [[nodiscard]] std::size_t count() const { return count_; }

 private:
  ByteCounter& add(std::size_t more) {
    count_ += more;
    return *this;
  }

  std::size_t count_ = 0;
};

template <class Output>  // Writer or ByteCounter
class Encoder {
 public:
  explicit Encoder(Output& output) : output_(output) {}

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void put(const T& value) {
    const auto number = static_cast<std::uint64_t>(value);
    std::array<std::uint8_t, sizeof(T)> raw;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
      raw[i] = static_cast<std::uint8_t>(number >> (8 * (sizeof(T) - 1 - i)));
    }
    output_.bytes(raw);
  }
  void put(const Bytes& bytes) { put_view(bytes); }
  void put(const std::string& text) { put_view(view_of(text)); }
  void put(const Secret& secret) { put_view(secret.view()); }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& bytes) {
    output_.bytes(bytes);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    output_.u8(value ? 1 : 0);
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    output_.u32(values.size());
    for (const auto& value : values) put(value);
  }
  // States carry declared tags; a variant's index would change with its order.
  template <class... States>
  void put(const std::variant<States...>& value) {
    std::visit(
        [this](const auto& held) {
          output_.u8(held.kTag);
          put(held);
        },
        value);
  }
  template <HasFields T>
  void put(const T& value) {
    std::apply([&](const auto&... members) { (put(members), ...); }, fields_of(value));
  }

 private:
  void put_view(BytesView bytes) { output_.u32(bytes.size()).bytes(bytes); }

  Output& output_;
};

// Remembers what went wrong first, and reads nothing more from then on: a value of a hundred members asks once at its end,
// not at each of them.
class Decoder {
 public:
  explicit Decoder(BytesView bytes) : rest_(bytes) {}

  // What a value held that could not be read is of no worth.
  template <class T>
  Result<void> get(T& value) {
    read(value);
    if (failure_) return *failure_;
    return {};
  }

  [[nodiscard]] Result<void> expect_end() const { return Reader(rest_).expect_end("the value"); }

 private:
  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void read(T& value) {
    const BytesView raw = take(sizeof(T), "a number");
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) number = number << 8 | raw[i];
    if constexpr (std::is_same_v<T, bool>) {
      if (number > 1) stop("a truth value that is neither 0 nor 1");
    }
    value = static_cast<T>(number);
  }
  void read(Bytes& bytes) {
    const BytesView raw = view();
    bytes.assign(raw.begin(), raw.end());
  }
  void read(std::string& text) { text = text_of(view()); }
  void read(Secret& secret) { secret = Secret(view()); }
  template <std::size_t N>
  void read(std::array<std::uint8_t, N>& bytes) {
    const BytesView raw = take(N, "an array");
    std::copy(raw.begin(), raw.end(), bytes.begin());
  }
  template <class T>
  void read(std::optional<T>& value) {
    bool present = false;
    read(present);
    if (present && !failure_) read(value.emplace());
  }
  template <class T>
  void read(std::vector<T>& values) {
    std::uint32_t count = 0;
    read(count);
    // Every element takes at least a byte: a count beyond that would only ask for memory.
    if (count > rest_.size()) stop("a count is too large");
    for (std::uint32_t i = 0; i < count && !failure_; ++i) read(values.emplace_back());
  }
  template <class... States>
  void read(std::variant<States...>& value) {
    std::uint8_t tag = 0;
    read(tag);
    if (failure_) return;
    const bool known =
        ((tag == States::kTag ? (read(value.template emplace<States>()), true) : false) || ...);
    if (!known) stop("no state has tag " + std::to_string(tag));
  }
  template <HasFields T>
  void read(T& value) {
    std::apply([&](auto&... members) { (read(members), ...); }, fields_of(value));
  }

  BytesView view() {
    std::uint32_t size = 0;
    read(size);
    return take(size, "a byte string");
  }

  // Empty where there is too little.
  BytesView take(std::size_t size, std::string_view what) {
    if (rest_.size() < size || failure_) {
      stop(std::string(what) + " is cut short");
      return {};
    }
    const BytesView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }
  void stop(std::string why) {
    if (!failure_) failure_ = fail(Reason::decode_error, std::move(why));
  }

  BytesView rest_;
  std::optional<Failure> failure_;
};

}  // namespace stepshake::wire
