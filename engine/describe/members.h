// Reads the members of one structure into a Field, on wire::Reader. Where the bytes end too early it puts a field
// "malformed" behind what it has, and takes nothing more: callers read member after member and need not look.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "describe/field.h"
#include "wire/reader.h"

namespace stepshake::describe {

using ShowNumber = std::string (*)(std::uint32_t);
using ShowBytes = std::string (*)(BytesView);

// Lower-case hexadecimal, or how many bytes there are where that would be long.
std::string shown_bytes(BytesView bytes);

// "437 bytes".
std::string shown_size(BytesView bytes);

class Members {
 public:
  using Body = std::function<void(Members&)>;

  Members(Field& into, BytesView bytes) : into_(into), reader_(bytes) {}

  // Bytes are left, and so far nothing was wrong.
  [[nodiscard]] bool more() const { return !stopped_ && !reader_.at_end(); }
  [[nodiscard]] BytesView rest() const { return reader_.rest(); }

  // Numbers of `size` bytes: as a member, as the value of the structure itself, or without a field of its own.
  // 0 (nothing, for take) where they are cut short.
  std::uint32_t number(std::size_t size, std::string_view name, ShowNumber show);
  void own_number(std::size_t size, ShowNumber show);
  std::optional<std::uint32_t> take(std::size_t size, std::string_view name);

  // Bytes: of a fixed size, all that are left, or with their length in `length_size` bytes before them.
  void bytes(std::size_t size, std::string_view name, ShowBytes show = shown_bytes);
  void all(std::string_view name, ShowBytes show = shown_bytes);
  void opaque(std::size_t length_size, std::string_view name, ShowBytes show = shown_bytes);
  // All that are left are the structure itself, with this value.
  void own_bytes(std::string value);

  // A member with structure inside: behind a length, or up to where `body` has read. As `part`, the members of
  // `body` are those of this structure, and its size was read before.
  void within(std::size_t length_size, std::string_view name, const Body& body);
  void structure(std::string_view name, const Body& body);

  void part(std::size_t announced, const Body& body);

  // Lists behind a length; `element` reads one element, as a field of the list.
  void list(std::size_t length_size, std::string_view name, const Body& element);
  void numbers(std::size_t length_size, std::string_view name, std::size_t size,
               std::string_view element, ShowNumber show);

  // Runs `element` until nothing is left. A list too long to be looked at ends in a field "more".
  void each(const Body& element);

  // Nothing may be left.
  void finish();
  // Ends the structure here, for this reason.
  void stop(std::string why);

 private:
  void limited(Field& field, std::size_t announced, const Body& body);
  Field& add(std::string_view name, std::string value, BytesView raw);

  Field& into_;
  wire::Reader reader_;
  bool stopped_ = false;
};

}  // namespace stepshake::describe
