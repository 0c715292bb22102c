// TLS 1.3's secrets as states carry them.
#pragma once

#include "base/bytes.h"
#include "base/fields.h"
#include "base/secret.h"
#include "schedule/tls13_secrets.h"
#include "wire/code_points.h"

namespace stepshake::handshake {

// From ServerHello on.
struct HandshakeKeys {
  wire::CipherSuite cipher_suite{};
  schedule::TrafficSecrets traffic;
  schedule::MasterSecret master;
};
STEPSHAKE_FIELDS(HandshakeKeys, cipher_suite, traffic, master)

// From the server's Finished on.
struct ApplicationKeys {
  wire::CipherSuite cipher_suite{};
  schedule::TrafficSecrets traffic;
  Secret exporter_master_secret;
  Secret resumption_master_secret;  // from the client's Finished on
};
STEPSHAKE_FIELDS(ApplicationKeys, cipher_suite, traffic, exporter_master_secret,
                 resumption_master_secret)

class Turn;

// The stages of the key schedule as a handshake comes to them; each also goes to the key log.
// After ServerHello, which is in the transcript.
HandshakeKeys handshake_keys(wire::CipherSuite suite, const schedule::EarlySecret& early,
                             BytesView shared_secret, Turn& turn);
// After the server's Finished, which is in the transcript.
ApplicationKeys application_keys(const HandshakeKeys& keys, Turn& turn);

}  // namespace stepshake::handshake
