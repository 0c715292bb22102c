#include "handshake/key_update13.h"

namespace stepshake::handshake {
namespace {

schedule::TrafficSecret& own_secret(ApplicationKeys& keys, policy::Role role) {
  return role == policy::Role::client ? keys.traffic.client : keys.traffic.server;
}

schedule::TrafficSecret& peer_secret(ApplicationKeys& keys, policy::Role role) {
  return role == policy::Role::client ? keys.traffic.server : keys.traffic.client;
}

}  // namespace

void receive_key_update(ApplicationKeys& keys, const wire::KeyUpdate& message, policy::Role role,
                        Turn& turn) {
  auto& secret = peer_secret(keys, role);
  secret = schedule::next_generation(secret);
  turn.install_read_keys(Epoch::application, keys.cipher_suite, secret);
  // RFC 8446 4.6.3: the answer MUST be update_not_requested, and precede the next application data.
  if (message.update_requested) update_write_keys(keys, false, role, turn);
}

void update_write_keys(ApplicationKeys& keys, bool request_peer_update, policy::Role role,
                       Turn& turn) {
  turn.send_outside_transcript(wire::KeyUpdate{request_peer_update});
  auto& secret = own_secret(keys, role);
  secret = schedule::next_generation(secret);
  turn.install_write_keys(Epoch::application, keys.cipher_suite, secret);
}

}  // namespace stepshake::handshake
