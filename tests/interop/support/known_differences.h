// The rows of docs/differences.md: where our connection and libssl 3.0's differ over the schedules of the second
// opinion, and why. The page is the one place for them; these functions read it.
#pragma once

#include <fnmatch.h>
#include <gtest/gtest.h>
#include <openssl/crypto.h>

#include <fstream>
#include <string>
#include <vector>

#include "schedule.h"

namespace stepshake::testing {

// Patterns of fnmatch(3) with FNM_EXTMATCH: on the schedule's name, and on "step call | field: ours / libssl's".
struct KnownDifference {
  std::string schedule;
  std::string difference;
  std::string reason;
};

// The cells of a line "| `a` | `b` | c |"; a bar inside a cell is written \|.
inline std::vector<std::string> cells_of(const std::string& line) {
  std::vector<std::string> cells;
  std::string cell;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell += line[++i];
    } else if (line[i] == '|') {
      const auto from = cell.find_first_not_of(" `");
      const auto to = cell.find_last_not_of(" `");
      cells.push_back(from == std::string::npos ? "" : cell.substr(from, to - from + 1));
      cell.clear();
    } else {
      cell += line[i];
    }
  }
  return cells;
}

// Tests run in the project's folder.
inline const std::vector<KnownDifference>& known_differences() {
  static const auto known = [] {
    std::vector<KnownDifference> rows;
    std::ifstream page("docs/differences.md");
    for (std::string line; std::getline(page, line);) {
      if (!line.starts_with("| `")) continue;
      const auto cells = cells_of(line);
      EXPECT_EQ(cells.size(), 3U) << line;
      if (cells.size() == 3) rows.push_back({cells[0], cells[1], cells[2]});
    }
    EXPECT_FALSE(rows.empty()) << "docs/differences.md is not to be read from here";
    return rows;
  }();
  return known;
}

// The indices of the rows that explain it.
inline std::vector<std::size_t> rows_for(const Difference& difference) {
  const std::string what = shown(difference).substr(difference.schedule.size() + 3);
  const auto matches = [](const std::string& pattern, const std::string& text) {
    return fnmatch(pattern.c_str(), text.c_str(), FNM_EXTMATCH) == 0;
  };
  std::vector<std::size_t> found;
  const auto& known = known_differences();
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (matches(known[i].schedule, difference.schedule) && matches(known[i].difference, what)) {
      found.push_back(i);
    }
  }
  return found;
}

inline bool other_libssl() { return OpenSSL_version_num() >> 20 != 0x300; }

}  // namespace stepshake::testing
