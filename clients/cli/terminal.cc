// What stdout can show.
#include "cli/terminal.h"

#include <langinfo.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace stepshake::cli {
namespace {

bool is_set(const char* name) {
  const char* const value = std::getenv(name);
  return value != nullptr && *value != '\0';
}

absl::string_view code_of(Colour colour) {
  switch (colour) {
    case Colour::kBold: return "1";
    case Colour::kDim: return "2";
    case Colour::kRed: return "31";
    case Colour::kGreen: return "32";
    case Colour::kYellow: return "33";
    case Colour::kCyan: return "36";
    case Colour::kPlain: break;
  }
  return "0";
}

}  // namespace

Style stdout_style() {
  std::setlocale(LC_CTYPE, "");
  const char* const term = std::getenv("TERM");
  Style style;
  style.colour = isatty(STDOUT_FILENO) == 1 && !is_set("NO_COLOR") &&
                 (term == nullptr || absl::string_view(term) != "dumb");
  style.utf8 = absl::string_view(nl_langinfo(CODESET)) == "UTF-8";
  return style;
}

std::string paint(const Style& style, Colour colour, absl::string_view text) {
  if (!style.colour || colour == Colour::kPlain || text.empty()) return std::string(text);
  return absl::StrCat("\x1b[", code_of(colour), "m", text, "\x1b[0m");
}

size_t columns(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;  // not a UTF-8 continuation byte
  }));
}

std::string printable(absl::string_view text) {
  std::string shown;
  for (const char c : text) {
    if (c >= ' ' && c <= '~' && c != '\\') {
      shown += c;
    } else {
      absl::StrAppend(&shown, "\\x", absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
    }
  }
  return shown;
}

}  // namespace stepshake::cli
