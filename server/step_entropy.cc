#include "server/step_entropy.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <array>

namespace stepshake::server {
namespace {

constexpr std::size_t kStepsAtOnce = 32;

struct Drawn {
  std::array<std::uint8_t, kStepsAtOnce * crypto::kEntropySize> bytes{};
  std::size_t left = 0;  // of the bytes, those at the front

  ~Drawn() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
};

}  // namespace

crypto::Entropy step_entropy() {
  thread_local Drawn drawn;
  if (drawn.left == 0) {
    crypto::Random(crypto::fresh_entropy()).fill(drawn.bytes);
    drawn.left = drawn.bytes.size();
  }
  drawn.left -= crypto::kEntropySize;
  crypto::Entropy entropy;
  std::uint8_t* given = drawn.bytes.data() + drawn.left;
  std::copy_n(given, entropy.size(), entropy.begin());
  OPENSSL_cleanse(given, entropy.size());
  return entropy;
}

}  // namespace stepshake::server
