// The ladder: what passes between two sessions, a line per step. The client stands on the left, the
// server on the right, and the arrow goes from the one that took the step to the other:
//
//   do_handshake -1 SSL_ERROR_WANT_READ WaitServerHello ── ClientHello 238 B ───────────────▶
//   ◀─ ServerHello CCS EE Cert CV Fin 1049 B ── do_handshake -1 SSL_ERROR_WANT_READ WaitFinished
//
// Long names are shortened, and legend() tells which of them were.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "cli/service.h"
#include "cli/terminal.h"

namespace stepshake::cli {

class Ladder {
 public:
  static constexpr size_t kWidth = 100;  // columns

  explicit Ladder(const Style& style) : style_(style) {}

  std::string header() const;
  // One line; more only where the messages do not fit into one.
  std::string rung(v1::Role side, const v1::StepResponse& step);
  // What the short names stand for; empty when none was used.
  std::string legend() const;

 private:
  struct Arrow {
    std::string text;               // what stands on the arrow itself
    std::vector<std::string> more;  // what did not fit: lines below it
  };

  absl::string_view shortened(absl::string_view name);
  Arrow arrow(v1::Role side, const v1::StepResponse& step, size_t room);
  std::string paint_facts(const v1::StepResponse& step, absl::string_view facts) const;

  Style style_;
  std::set<absl::string_view> shortened_;
};

}  // namespace stepshake::cli
