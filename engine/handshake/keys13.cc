#include "handshake/keys13.h"

#include "crypto/cipher_suite.h"
#include "handshake/turn.h"

namespace stepshake::handshake {

HandshakeKeys handshake_keys(wire::CipherSuite suite, const schedule::EarlySecret& early,
                             BytesView shared_secret, Turn& turn) {
  const auto secret = schedule::handshake_secret(early, shared_secret);
  HandshakeKeys keys{suite, schedule::handshake_traffic(secret, turn.transcript.hash(early.hash)),
                     schedule::master_secret(secret)};
  turn.log_secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET", keys.traffic.client.secret);
  turn.log_secret("SERVER_HANDSHAKE_TRAFFIC_SECRET", keys.traffic.server.secret);
  return keys;
}

ApplicationKeys application_keys(const HandshakeKeys& keys, Turn& turn) {
  const Bytes to_server_finished = turn.transcript.hash(keys.master.hash);
  ApplicationKeys application{
      keys.cipher_suite, schedule::application_traffic(keys.master, to_server_finished),
      schedule::exporter_master_secret(keys.master, to_server_finished), Secret()};
  turn.log_secret("CLIENT_TRAFFIC_SECRET_0", application.traffic.client.secret);
  turn.log_secret("SERVER_TRAFFIC_SECRET_0", application.traffic.server.secret);
  turn.log_secret("EXPORTER_SECRET", application.exporter_master_secret);
  return application;
}

}  // namespace stepshake::handshake
