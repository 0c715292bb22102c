// The lay-out of --help.
#include "cli/help.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace stepshake::cli {
namespace {

constexpr size_t kWidth = 80;
constexpr size_t kIndent = 28;  // where descriptions begin

// The words of `text` in lines of at most kWidth columns, each of which begins with `indent`; the
// first one with `start`, which is as wide or wider.
std::string wrap_text(absl::string_view text, std::string start, const std::string& indent) {
  std::string lines;
  std::string line = std::move(start);
  bool empty = true;
  for (const absl::string_view word : absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    if (!empty && line.size() + 1 + word.size() > kWidth) {
      absl::StrAppend(&lines, line, "\n");
      line = indent;
      empty = true;
    }
    absl::StrAppend(&line, empty ? "" : " ", word);
    empty = false;
  }
  return absl::StrCat(lines, line, "\n");
}

// `left`, and `right` wrapped beside it; below it where `left` is too long.
std::string entry(absl::string_view left, absl::string_view right) {
  const std::string indent(kIndent, ' ');
  std::string start = absl::StrCat("  ", left);
  if (start.size() + 2 > kIndent)
    return absl::StrCat(start, "\n", wrap_text(right, indent, indent));
  start.resize(kIndent, ' ');
  return wrap_text(right, std::move(start), indent);
}

// Short lines stay as they are, examples and tables; long ones are wrapped at their own
// indentation.
std::string footer_text(absl::string_view footer) {
  std::string text;
  for (const absl::string_view line : absl::StrSplit(footer, '\n')) {
    const size_t blanks = std::min(line.find_first_not_of(' '), line.size());
    const std::string indent(blanks, ' ');
    absl::StrAppend(
        &text, line.size() <= kWidth ? absl::StrCat(line, "\n") : wrap_text(line, indent, indent));
  }
  text.pop_back();  // the break after the last one, which was empty
  return text;
}

std::string option_entry(const CLI::Option& option) {
  const bool positional = option.get_positional();
  std::string left = absl::StrReplaceAll(option.get_name(positional, true), {{",", ", "}});
  if (!positional && option.get_type_size() != 0) {
    absl::StrAppend(&left, " ", option.get_type_name());
  }
  std::string right = option.get_description();
  if (!option.get_default_str().empty()) {
    absl::StrAppend(&right, " (default: ", option.get_default_str(), ")");
  }
  return entry(left, right);
}

std::string group_text(absl::string_view heading, const std::vector<const CLI::Option*>& options) {
  std::string text;
  for (const CLI::Option* option : options) {
    absl::StrAppend(&text, option_entry(*option));
  }
  return text.empty() ? "" : absl::StrCat("\n", heading, "\n", text);
}

bool is_help(const CLI::Option& option) {
  return option.check_lname("help") || option.check_lname("version");
}

std::string usage(const CLI::App& app, absl::string_view name) {
  std::string text = absl::StrCat("Usage: ", name, " [OPTION]...");
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_positional()) continue;
    const bool many = option->get_items_expected_max() > 1;
    const std::string word = absl::StrCat(option->get_name(true), many ? "..." : "");
    absl::StrAppend(
        &text, option->get_required() ? absl::StrCat(" ", word) : absl::StrCat(" [", word, "]"));
  }
  if (app.get_require_subcommand_min() > 0) text += " VERB ...";
  return text + "\n";
}

std::string verbs(const CLI::App& app) {
  std::string text;
  for (const CLI::App* verb : app.get_subcommands({})) {
    absl::StrAppend(&text, entry(verb->get_name(), verb->get_description()));
  }
  return text.empty() ? "" : absl::StrCat("\nVERBS\n", text);
}

}  // namespace

std::string HelpFormatter::make_help(const CLI::App* app, std::string name,
                                     CLI::AppFormatMode /*mode*/) const {
  std::string text = absl::StrCat(app->get_description(), "\n", usage(*app, name));
  absl::StrAppend(&text, group_text("ARGUMENTS", app->get_options([](const CLI::Option* option) {
    return option->get_positional();
  })),
                  verbs(*app));
  for (const std::string& group : app->get_groups()) {
    if (group.empty()) continue;  // what belongs to no group is not shown
    absl::StrAppend(
        &text,
        group_text(absl::AsciiStrToUpper(group), app->get_options([&](const CLI::Option* option) {
          return !option->get_positional() && option->get_group() == group;
        })));
  }
  if (const CLI::App* parent = app->get_parent()) {
    absl::StrAppend(&text, group_text("OPTIONS OF EVERY VERB",
                                      parent->get_options([](const CLI::Option* option) {
                                        return option->nonpositional() && !is_help(*option);
                                      })));
  }
  return absl::StrCat(text, "\n", footer_text(app->get_footer()));
}

}  // namespace stepshake::cli
