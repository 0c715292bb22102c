// The ladder's lay-out.
#include "cli/ladder.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/text.h"

namespace stepshake::cli {
namespace {

// {the RFC's name, the ladder's}.
constexpr std::array<std::pair<absl::string_view, absl::string_view>, 9> kShortNames{{
    {"ChangeCipherSpec", "CCS"},
    {"EncryptedExtensions", "EE"},
    {"CertificateRequest", "CertReq"},
    {"Certificate", "Cert"},
    {"CertificateVerify", "CV"},
    {"Finished", "Fin"},
    {"NewSessionTicket", "Ticket"},
    {"ServerKeyExchange", "SKE"},
    {"ClientKeyExchange", "CKE"},
}};

std::string repeat(absl::string_view piece, size_t count) {
  std::string text;
  for (size_t i = 0; i < count; ++i) absl::StrAppend(&text, piece);
  return text;
}

std::string blanks(size_t count) { return std::string(count, ' '); }

size_t less(size_t from, size_t what) { return from > what ? from - what : 0; }

// Words in lines of at most `room` columns; a word that is longer has a line of its own.
std::vector<std::string> wrap_words(const std::vector<std::string>& words, size_t room) {
  std::vector<std::string> lines;
  for (const std::string& word : words) {
    if (lines.empty() || columns(lines.back()) + 1 + columns(word) > room) {
      lines.push_back(word);
    } else {
      absl::StrAppend(&lines.back(), " ", word);
    }
  }
  return lines;
}

std::string facts_of(const v1::StepResponse& step) {
  return absl::StrFormat("%s %2d %-19s %s", call_name(step.call()), step.return_value(),
                         error_name(step.ssl_error()), step.state());
}

}  // namespace

std::string Ladder::header() const {
  const absl::string_view left = "client";
  const absl::string_view right = "server";
  return absl::StrCat(paint(style_, Colour::kBold, left),
                      blanks(kWidth - left.size() - right.size()),
                      paint(style_, Colour::kBold, right), "\n");
}

absl::string_view Ladder::shortened(absl::string_view name) {
  for (const auto& [long_name, short_name] : kShortNames) {
    if (name == long_name) {
      shortened_.insert(short_name);
      return short_name;
    }
  }
  return name;
}

Ladder::Arrow Ladder::arrow(v1::Role side, const v1::StepResponse& step, size_t room) {
  if (step.output().empty()) return {};
  std::vector<std::string> words;
  for (const std::string& name : message_names(step, v1::DIRECTION_SENT)) {
    words.emplace_back(shortened(name));
  }
  words.push_back(absl::StrCat(step.output().size(), " B"));
  const absl::string_view dash = style_.utf8 ? "─" : "-";
  const absl::string_view tip =
      side == v1::ROLE_CLIENT ? (style_.utf8 ? "▶" : ">") : (style_.utf8 ? "◀" : "<");
  // At the least: the tip, a blank on either side of the words, a dash at the other end.
  std::vector<std::string> lines = wrap_words(words, less(room, 4));
  Arrow arrow;
  const size_t dashes = 1 + less(room, 4 + columns(lines.front()));
  const std::string tail = repeat(dash, std::min<size_t>(dashes, 2));
  const std::string shaft = repeat(dash, less(dashes, 2));
  arrow.text = side == v1::ROLE_CLIENT ? absl::StrCat(tail, " ", lines.front(), " ", shaft, tip)
                                       : absl::StrCat(tip, shaft, " ", lines.front(), " ", tail);
  arrow.more.assign(lines.begin() + 1, lines.end());
  return arrow;
}

std::string Ladder::paint_facts(const v1::StepResponse& step, absl::string_view facts) const {
  if (step_failed(step)) return paint(style_, Colour::kRed, facts);
  if (step.handshake_complete()) return paint(style_, Colour::kGreen, facts);
  return std::string(facts);
}

std::string Ladder::rung(v1::Role side, const v1::StepResponse& step) {
  const std::string facts = facts_of(step);
  const size_t room = less(kWidth, columns(facts) + 1);
  const Arrow lane = arrow(side, step, room);
  const std::string facts_shown = paint_facts(step, facts);
  const std::string lane_shown = paint(style_, Colour::kCyan, lane.text);
  std::string lines;
  if (side == v1::ROLE_CLIENT) {
    lines = absl::StrCat(facts_shown, lane.text.empty() ? "" : " ", lane_shown, "\n");
  } else {
    lines = absl::StrCat(lane_shown, blanks(1 + less(room, columns(lane.text))), facts_shown, "\n");
  }
  const std::string indent = blanks(side == v1::ROLE_CLIENT ? columns(facts) + 4 : 3);
  for (const std::string& more : lane.more) {
    absl::StrAppend(&lines, indent, paint(style_, Colour::kCyan, more), "\n");
  }
  return lines;
}

std::string Ladder::legend() const {
  std::vector<std::string> entries;
  for (const auto& [long_name, short_name] : kShortNames) {
    if (shortened_.contains(short_name)) {
      entries.push_back(absl::StrCat(short_name, " ", long_name, ","));
    }
  }
  if (entries.empty()) return "";
  entries.back().pop_back();  // the last comma
  std::string text;
  for (const std::string& line : wrap_words(entries, kWidth)) {
    absl::StrAppend(&text, paint(style_, Colour::kDim, line), "\n");
  }
  return text;
}

}  // namespace stepshake::cli
