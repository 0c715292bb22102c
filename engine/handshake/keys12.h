// What a handshake of TLS 1.2 or older has settled, as its states carry it, and the keys that come of it.
#pragma once

#include <cstdint>
#include <optional>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/dhe.h"
#include "crypto/key_exchange.h"
#include "schedule/tls12_secrets.h"
#include "wire/code_points.h"
#include "wire/key_exchange12.h"

namespace stepshake::handshake {

class Turn;

// A connection that is up: what a renegotiation binds itself to (RFC 5746 3.1), and what exporters take.
struct Established12 {
  schedule::MasterSecret12 master;
  schedule::HelloRandoms randoms;
  Bytes client_verify_data;
  Bytes server_verify_data;
  bool secure_renegotiation = false;
  bool encrypt_then_mac = false;
};
STEPSHAKE_FIELDS(Established12, master, randoms, client_verify_data, server_verify_data,
                 secure_renegotiation, encrypt_then_mac)

// From the hellos on.
struct Agreed12 {
  wire::ProtocolVersion version{};
  wire::CipherSuite cipher_suite{};
  schedule::HelloRandoms randoms;
  Bytes session_id;  // of the ServerHello
  bool resumed = false;
  bool extended_master_secret = false;
  bool encrypt_then_mac = false;
  bool secure_renegotiation = false;
  bool ticket_announced = false;  // a NewSessionTicket comes in this handshake
  bool status_announced = false;  // a CertificateStatus may come
  // RFC 5246 6.3: from the first of the two ChangeCipherSpecs on, for the second one; empty before.
  Secret key_block;
  // Of a session that is resumed: when its life ends, seconds since 1970.
  std::optional<std::int64_t> session_ends;
  // Where this handshake is not the connection's first: the one that it takes the place of.
  std::optional<Established12> before;
};
STEPSHAKE_FIELDS(Agreed12, version, cipher_suite, randoms, session_id, resumed,
                 extended_master_secret, encrypt_then_mac, secure_renegotiation, ticket_announced,
                 status_announced, key_block, session_ends, before)

// What a server keeps of its ServerKeyExchange until the client's half comes; nothing where there is none to keep.
struct ServerShare {
  std::optional<crypto::PrivateShare> curve;  // ECDHE
  std::optional<crypto::DhePrivate> dhe;
  std::optional<std::uint16_t> identity;  // whose key deciphers the premaster secret: RSA
};
STEPSHAKE_FIELDS(ServerShare, curve, dhe, identity)

// What a client keeps of ServerKeyExchange until ServerHelloDone.
struct PeerShare {
  std::optional<wire::NamedGroup> curve;  // ECDHE
  std::optional<crypto::DheGroup> dhe;
  Bytes public_key;
};
STEPSHAKE_FIELDS(PeerShare, curve, dhe, public_key)

// RFC 7366 3.1: a renegotiation that goes back from encrypt-then-MAC is renegotiation_mismatch.
Result<void> check_encrypt_then_mac_stays(const Agreed12& agreed);

// What the suite's key exchange messages hold.
wire::KeyExchangeForm form_of(wire::CipherSuite suite);

// The master secret, once the ClientKeyExchange is in the transcript; it goes to the key log too.
schedule::MasterSecret12 conclude_master_secret(const Agreed12& agreed, BytesView premaster,
                                                Turn& turn);
// Of a session that is resumed.
schedule::MasterSecret12 resume_master_secret(const Agreed12& agreed, const Secret& secret,
                                              Turn& turn);

}  // namespace stepshake::handshake
