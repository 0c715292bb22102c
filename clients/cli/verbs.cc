// What the verbs share.
#include "cli/verbs.h"

#include <cstdio>

namespace stepshake::cli {

void print(absl::string_view text) {
  // stdio's lock keeps lines of different threads apart.
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

}  // namespace stepshake::cli
