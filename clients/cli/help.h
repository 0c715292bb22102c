// The lay-out of --help: 80 columns, options in groups, the options of every verb last, then the
// footer.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace stepshake::cli {

class HelpFormatter : public CLI::Formatter {
 public:
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

}  // namespace stepshake::cli
