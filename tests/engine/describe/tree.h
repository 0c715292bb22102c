// Looks at descriptions: as text, by path, and whether their bytes fit into each other.
#pragma once

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "describe/field.h"

namespace stepshake::testing {

using describe::Field;

// A line for each field, "name: value", the members two spaces further in.
inline std::string outline(const Field& field, const std::string& indent = {}) {
  std::string text = indent + field.name + (field.value.empty() ? "" : ": " + field.value) + "\n";
  for (const auto& member : field.fields) text += outline(member, indent + "  ");
  return text;
}

// The first field of this name, depth first; nullptr where there is none.
inline const Field* find(const Field& field, std::string_view name) {
  if (field.name == name) return &field;
  for (const auto& member : field.fields) {
    if (const Field* found = find(member, name)) return found;
  }
  return nullptr;
}

inline int count(const Field& field, std::string_view name) {
  int sum = field.name == name ? 1 : 0;
  for (const auto& member : field.fields) sum += count(member, name);
  return sum;
}

// Names and values of what has no members, faults left out.
inline void gather_leaves(const Field& field,
                          std::vector<std::pair<std::string, std::string>>& into) {
  if (field.fields.empty() && field.name != describe::kMalformed) {
    into.emplace_back(field.name, field.value);
  }
  for (const auto& member : field.fields) gather_leaves(member, into);
}

inline std::vector<std::pair<std::string, std::string>> leaves(const Field& field) {
  std::vector<std::pair<std::string, std::string>> all;
  gather_leaves(field, all);
  return all;
}

// The members' bytes are the whole's, in order, with nothing between them but types and lengths of up to 4 bytes.
inline bool adds_up(const Field& field) {
  if (field.fields.empty()) return true;
  constexpr std::size_t kMostBetween = 4;
  std::set<std::size_t> ends = {0};
  if (!field.value.empty()) {  // it has taken bytes itself, and only a fault stands below it
    for (std::size_t end = 0; end <= field.raw.size(); ++end) ends.insert(end);
  }
  for (const auto& member : field.fields) {
    std::set<std::size_t> next;
    for (std::size_t end : ends) {
      for (std::size_t at = end; at <= end + kMostBetween; ++at) {
        if (at + member.raw.size() > field.raw.size()) break;
        if (std::equal(member.raw.begin(), member.raw.end(), field.raw.begin() + at)) {
          next.insert(at + member.raw.size());
        }
      }
    }
    ends = std::move(next);
  }
  // Of a part that is cut short, what there is of it is the part's own.
  const Field& last = field.fields.back();
  const bool cut = last.name == describe::kMalformed && last.raw.empty();
  return (cut ? !ends.empty() : ends.contains(field.raw.size())) &&
         std::all_of(field.fields.begin(), field.fields.end(), adds_up);
}

// Values go into terminals and JSON.
inline bool is_plain(const Field& field) {
  const auto plain = [](const std::string& text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
  };
  return plain(field.name) && plain(field.value) &&
         std::all_of(field.fields.begin(), field.fields.end(), is_plain);
}

}  // namespace stepshake::testing
