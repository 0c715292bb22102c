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

class Encoder {
 public:
  explicit Encoder(Writer& writer) : writer_(writer) {}

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T>
  void put(const T& value) {
    const auto number = static_cast<std::uint64_t>(value);
    for (std::size_t i = sizeof(T); i > 0; --i) writer_.u8((number >> (8 * (i - 1))) & 0xff);
  }
  void put(const Bytes& bytes) { put_view(bytes); }
  void put(const std::string& text) { put_view(view_of(text)); }
  void put(const Secret& secret) { put_view(secret.view()); }
  template <std::size_t N>
  void put(const std::array<std::uint8_t, N>& bytes) {
    writer_.bytes(bytes);
  }
  template <class T>
  void put(const std::optional<T>& value) {
    writer_.u8(value ? 1 : 0);
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    writer_.u32(values.size());
    for (const auto& value : values) put(value);
  }
  // States carry declared tags; a variant's index would change with its order.
  template <class... States>
  void put(const std::variant<States...>& value) {
    std::visit(
        [this](const auto& held) {
          writer_.u8(held.kTag);
          put(held);
        },
        value);
  }
  template <HasFields T>
  void put(const T& value) {
    std::apply([this](const auto&... members) { (put(members), ...); }, fields_of(value));
  }

 private:
  void put_view(BytesView bytes) { writer_.u32(bytes.size()).bytes(bytes); }

  Writer& writer_;
};

class Decoder {
 public:
  explicit Decoder(BytesView bytes) : reader_(bytes) {}

  template <class T>
  requires std::is_integral_v<T> || std::is_enum_v<T> Result<void> get(T& value) {
    TRY_ASSIGN(const BytesView raw, reader_.bytes(sizeof(T), "a number"));
    std::uint64_t number = 0;
    for (std::uint8_t byte : raw) number = number << 8 | byte;
    if constexpr (std::is_same_v<T, bool>) {
      if (number > 1) return fail(Reason::decode_error, "a truth value that is neither 0 nor 1");
    }
    value = static_cast<T>(number);
    return {};
  }
  Result<void> get(Bytes& bytes) {
    TRY_ASSIGN(const BytesView raw, view());
    bytes.assign(raw.begin(), raw.end());
    return {};
  }
  Result<void> get(std::string& text) {
    TRY_ASSIGN(const BytesView raw, view());
    text = text_of(raw);
    return {};
  }
  Result<void> get(Secret& secret) {
    TRY_ASSIGN(const BytesView raw, view());
    secret = Secret(raw);
    return {};
  }
  template <std::size_t N>
  Result<void> get(std::array<std::uint8_t, N>& bytes) {
    TRY_ASSIGN(const BytesView raw, reader_.bytes(N, "an array"));
    std::copy(raw.begin(), raw.end(), bytes.begin());
    return {};
  }
  template <class T>
  Result<void> get(std::optional<T>& value) {
    bool present = false;
    TRY(get(present));
    if (!present) return {};
    return get(value.emplace());
  }
  template <class T>
  Result<void> get(std::vector<T>& values) {
    TRY_ASSIGN(const std::uint32_t count, reader_.u32("a count"));
    // Every element takes at least a byte: a count beyond that would only ask for memory.
    if (count > reader_.rest().size()) return fail(Reason::decode_error, "a count is too large");
    for (std::uint32_t i = 0; i < count; ++i) TRY(get(values.emplace_back()));
    return {};
  }
  template <class... States>
  Result<void> get(std::variant<States...>& value) {
    TRY_ASSIGN(const std::uint8_t tag, reader_.u8("a state's tag"));
    Result<void> result = fail(Reason::decode_error, "no state has tag " + std::to_string(tag));
    ((tag == States::kTag ? (result = get(value.template emplace<States>()), true) : false) || ...);
    return result;
  }
  template <HasFields T>
  Result<void> get(T& value) {
    return std::apply(
        [this](auto&... members) {
          Result<void> result;
          static_cast<void>(((result = get(members), result.ok()) && ...));
          return result;
        },
        fields_of(value));
  }

  [[nodiscard]] Result<void> expect_end() const { return reader_.expect_end("the value"); }

 private:
  Result<BytesView> view() {
    TRY_ASSIGN(const std::uint32_t size, reader_.u32("a length"));
    return reader_.bytes(size, "a byte string");
  }

  Reader reader_;
};

}  // namespace stepshake::wire
