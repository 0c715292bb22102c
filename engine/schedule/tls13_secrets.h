// TLS 1.3's key schedule (RFC 8446 7.1), a type for each stage, so that a secret of one stage cannot be used in
// another's place:  EarlySecret -> HandshakeSecret -> MasterSecret.
#pragma once

#include <cstdint>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/secret.h"
#include "crypto/cipher_suite.h"
#include "crypto/hash.h"

namespace stepshake::schedule {

struct EarlySecret {
  crypto::HashAlgorithm hash{};
  Secret secret;
};
STEPSHAKE_FIELDS(EarlySecret, hash, secret)

struct HandshakeSecret {
  crypto::HashAlgorithm hash{};
  Secret secret;
};
STEPSHAKE_FIELDS(HandshakeSecret, hash, secret)

struct MasterSecret {
  crypto::HashAlgorithm hash{};
  Secret secret;
};
STEPSHAKE_FIELDS(MasterSecret, hash, secret)

// A traffic secret of one direction, which keys a record protection and makes Finished.
struct TrafficSecret {
  crypto::HashAlgorithm hash{};
  Secret secret;
};
STEPSHAKE_FIELDS(TrafficSecret, hash, secret)

struct TrafficSecrets {
  TrafficSecret client;
  TrafficSecret server;
};
STEPSHAKE_FIELDS(TrafficSecrets, client, server)

struct TrafficKeys {
  Secret key;
  Secret iv;
};
STEPSHAKE_FIELDS(TrafficKeys, key, iv)

// exporter_master_secret or early_exporter_master_secret.
struct ExporterSecret {
  crypto::HashAlgorithm hash{};
  Secret secret;
};
STEPSHAKE_FIELDS(ExporterSecret, hash, secret)

// An empty PSK stands for none: a string of zeros as long as the hash.
EarlySecret early_secret(crypto::HashAlgorithm hash, BytesView psk);
// An empty shared secret stands for none (psk_ke).
HandshakeSecret handshake_secret(const EarlySecret& early, BytesView shared_secret);
MasterSecret master_secret(const HandshakeSecret& handshake);

// client_ and server_handshake_traffic_secret; the transcript is ClientHello...ServerHello.
TrafficSecrets handshake_traffic(const HandshakeSecret& handshake, BytesView transcript_hash);
// client_ and server_application_traffic_secret_0; ClientHello...server Finished.
TrafficSecrets application_traffic(const MasterSecret& master, BytesView transcript_hash);
// ClientHello...server Finished.
Secret exporter_master_secret(const MasterSecret& master, BytesView transcript_hash);
// ClientHello...client Finished.
Secret resumption_master_secret(const MasterSecret& master, BytesView transcript_hash);

// What a PSK was before it became one: its binder's label says it (RFC 8446 7.1, RFC 9258 5.1).
enum class PskOrigin : std::uint8_t { external = 1, resumption = 2, imported = 3 };

// The key of a PSK's binder, from which finished_verify_data makes the binder itself.
TrafficSecret binder_key(const EarlySecret& early, PskOrigin origin);
// client_early_traffic_secret and early_exporter_master_secret; the transcript is ClientHello.
TrafficSecret early_traffic(const EarlySecret& early, BytesView transcript_hash);
Secret early_exporter_master_secret(const EarlySecret& early, BytesView transcript_hash);

// RFC 8446 4.6.1: the PSK of a ticket.
Secret resumption_psk(crypto::HashAlgorithm hash, BytesView resumption_master_secret,
                      BytesView ticket_nonce);

// RFC 8446 7.2: application_traffic_secret_N+1.
TrafficSecret next_generation(const TrafficSecret& current);

// RFC 8446 7.3: [sender]_write_key and _iv.
TrafficKeys traffic_keys(const TrafficSecret& secret, const crypto::SuiteFacts& suite);

// RFC 8446 4.4.4: verify_data over a transcript.
Secret finished_verify_data(const TrafficSecret& secret, BytesView transcript_hash);

// RFC 8446 7.5: TLS-Exporter.
Secret exported_keying_material(crypto::HashAlgorithm hash, BytesView exporter_master_secret,
                                std::string_view label, BytesView context, std::size_t length);

}  // namespace stepshake::schedule
