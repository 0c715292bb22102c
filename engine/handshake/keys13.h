// TLS 1.3's secrets as states carry them.
#pragma once

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

}  // namespace stepshake::handshake
