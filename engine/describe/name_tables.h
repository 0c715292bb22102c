// The shape of the tables of registered numbers, and the two halves of the longest of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

namespace stepshake::describe {

struct Name {
  std::uint16_t number;
  std::string_view name;
};

// Tables are searched by halves.
template <std::size_t N>
constexpr bool in_order(const std::array<Name, N>& rows) {
  return std::is_sorted(rows.begin(), rows.end(),
                        [](const Name& a, const Name& b) { return a.number < b.number; });
}

// Empty where the number is not in the table.
inline std::string_view look_up(std::span<const Name> rows, std::uint32_t number) {
  const auto row =
      std::lower_bound(rows.begin(), rows.end(), number,
                       [](const Name& candidate, std::uint32_t n) { return candidate.number < n; });
  return row == rows.end() || row->number != number ? std::string_view() : row->name;
}

// Cipher suites below and from 0xC000, without those of wire/code_points.
std::span<const Name> low_suite_names();
std::span<const Name> high_suite_names();

}  // namespace stepshake::describe
