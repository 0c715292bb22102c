// What stdout can show.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace stepshake::cli {

struct Style {
  bool colour = false;  // ANSI colours
  bool utf8 = false;    // box-drawing characters
};

// Colour on a terminal unless NO_COLOR is set or TERM is "dumb"; UTF-8 where the locale says so.
Style stdout_style();

enum class Colour { kPlain, kBold, kDim, kRed, kGreen, kCyan, kYellow };

// `text` in a colour, or as it is when the style has none.
std::string paint(const Style& style, Colour colour, absl::string_view text);

// Columns that `text` takes: its code points, as all that we print is of single width.
size_t columns(absl::string_view text);

// Text from a peer, made fit for a terminal and for one line: what is not printable ASCII is
// escaped.
std::string printable(absl::string_view text);

}  // namespace stepshake::cli
