#include "server/session_store.h"

#include "crypto/random.h"

namespace stepshake::server {

std::string SessionStore::fresh_id() const {
  constexpr std::size_t kIdBytes = 16;
  const crypto::Entropy entropy = crypto::fresh_entropy();
  return to_hex(BytesView(entropy).first(kIdBytes));
}

}  // namespace stepshake::server
