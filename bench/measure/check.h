// A bench that cannot go on says why and ends: the figures of a broken run are worth nothing.
#pragma once

#include <openssl/err.h>

#include <cstdio>
#include <cstdlib>

namespace stepshake::bench {

inline void check(bool good, const char* what) {
  if (good) return;
  std::fprintf(stderr, "bench: %s\n", what);
  ERR_print_errors_fp(stderr);
  std::exit(1);
}

}  // namespace stepshake::bench
