#include "handshake/turn.h"

#include "crypto/cipher_suite.h"

namespace stepshake::handshake {

void Turn::install_read_keys(Epoch epoch, wire::CipherSuite suite,
                             const schedule::TrafficSecret& secret) {
  effects_.emplace_back(
      InstallReadKeys{epoch, suite, schedule::traffic_keys(secret, *crypto::facts_of(suite))});
}

void Turn::install_write_keys(Epoch epoch, wire::CipherSuite suite,
                              const schedule::TrafficSecret& secret) {
  effects_.emplace_back(
      InstallWriteKeys{epoch, suite, schedule::traffic_keys(secret, *crypto::facts_of(suite))});
}

void Turn::log_secret(std::string_view label, const Secret& secret) {
  if (!config.key_log) return;
  effects_.emplace_back(LogSecret{std::string(label) + " " + to_hex(facts.client_random) + " " +
                                  to_hex(secret.view())});
}

}  // namespace stepshake::handshake
