#include "server/step_entropy.h"

namespace stepshake::server {

crypto::Entropy step_entropy() {
  thread_local crypto::EntropyPool pool;
  return pool.take();
}

}  // namespace stepshake::server
