// Proofs of TLS 1.2 and older, which both roles send and check: chains, signatures, Finished (RFC 5246 7.4).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/keys.h"
#include "handshake/authentication.h"
#include "handshake/keys12.h"
#include "handshake/turn.h"
#include "wire/certificate12.h"
#include "wire/certificate_verify12.h"
#include "wire/finished.h"

namespace stepshake::handshake {

// An identity, or none at all: an empty Certificate.
void send_certificate12(const policy::Identity* identity, Signer sender, Turn& turn);

// A signature over the content by an identity whose key is here, in the version's form.
Result<wire::DigitallySigned> sign12(const policy::Identity& identity, wire::SignatureScheme scheme,
                                     BytesView content, Signer signer,
                                     wire::ProtocolVersion version, Turn& turn);
// The same around a signature that came from elsewhere.
wire::DigitallySigned signed_elsewhere12(wire::SignatureScheme scheme, BytesView signature,
                                         Signer signer, wire::ProtocolVersion version, Turn& turn);

// The peer's signature over the content, by the key of the leaf that check_chain has recorded.
Result<void> check_signature12(const wire::DigitallySigned& proof, BytesView content, Signer signer,
                               Turn& turn);

// RFC 5246 7.4.3: what a ServerKeyExchange's signature is over.
Bytes content_of_params(const schedule::HelloRandoms& randoms, BytesView params);

// Sends Finished behind a ChangeCipherSpec and the keys that it brings into force; its verify_data.
Bytes send_finished12(Agreed12& agreed, const schedule::MasterSecret12& master, Signer sender,
                      Turn& turn);
// The peer's keys come into force, behind its ChangeCipherSpec.
void install_peer_keys12(Agreed12& agreed, const schedule::MasterSecret12& master, Signer sender,
                         Turn& turn);
// The message is the transcript's last.
Result<void> check_finished12(const wire::Finished& message, const schedule::MasterSecret12& master,
                              Signer sender, Turn& turn);

}  // namespace stepshake::handshake
