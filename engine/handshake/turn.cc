#include "handshake/turn.h"

#include "crypto/cipher_suite.h"

namespace stepshake::handshake {

namespace {

crypto::RecordKeys record_keys(wire::CipherSuite suite, const schedule::TrafficSecret& secret) {
  schedule::TrafficKeys keys = schedule::traffic_keys(secret, *crypto::facts_of(suite));
  return {suite, std::move(keys.key), std::move(keys.iv), wire::ProtocolVersion::tls_1_3, {}, {}};
}

}  // namespace

void Turn::install_read_keys(Epoch epoch, wire::CipherSuite suite,
                             const schedule::TrafficSecret& secret) {
  install_read_keys(epoch, record_keys(suite, secret));
}

void Turn::install_write_keys(Epoch epoch, wire::CipherSuite suite,
                              const schedule::TrafficSecret& secret) {
  install_write_keys(epoch, record_keys(suite, secret));
}

void Turn::log_secret(std::string_view label, const Secret& secret) {
  if (!config.key_log) return;
  add(LogSecret{std::string(label) + " " + to_hex(facts.client_random) + " " +
                to_hex(secret.view())});
}

}  // namespace stepshake::handshake
