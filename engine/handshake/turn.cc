#include "handshake/turn.h"

#include "crypto/cipher_suite.h"

namespace stepshake::handshake {

void Turn::install_read_keys(wire::CipherSuite suite, const schedule::TrafficSecret& secret) {
  effects_.emplace_back(
      InstallReadKeys{suite, schedule::traffic_keys(secret, *crypto::facts_of(suite))});
}

void Turn::install_write_keys(wire::CipherSuite suite, const schedule::TrafficSecret& secret) {
  effects_.emplace_back(
      InstallWriteKeys{suite, schedule::traffic_keys(secret, *crypto::facts_of(suite))});
}

}  // namespace stepshake::handshake
