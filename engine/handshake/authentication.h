// The Authentication messages of TLS 1.3 (RFC 8446 4.4), which both roles send and check.
#pragma once

#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/x509.h"
#include "handshake/turn.h"
#include "policy/config.h"
#include "schedule/tls13_secrets.h"
#include "wire/certificate.h"
#include "wire/certificate_verify.h"
#include "wire/client_hello.h"
#include "wire/finished.h"

namespace stepshake::handshake {

// Who signs; its context string differs (RFC 8446 4.4.3).
using Signer = policy::Role;

// What a side's Certificate holds, and an identity in that form.
wire::CertificateType certificate_type_of(Signer side, const Facts& facts);
std::vector<Bytes> certificates_of(const policy::Identity& identity, wire::CertificateType type);
// The key of the leaf, or the raw public key, that check_chain has recorded.
Result<crypto::PublicKey> peer_key(Signer peer, const Facts& facts);

// An identity, or none at all: an empty Certificate.
void send_certificate(const policy::Identity* identity, BytesView request_context, Signer sender,
                      Turn& turn);
// A server's, with what the client asked for beside it (RFC 6066 8, RFC 6962 3.3).
void send_server_certificate(const policy::Identity& identity,
                             const wire::ClientHelloExtensions& asked, Turn& turn);

// The signature covers the transcript so far.
Result<void> send_certificate_verify(const policy::Identity& identity, wire::SignatureScheme scheme,
                                     Signer signer, crypto::HashAlgorithm hash, Turn& turn);

// What is signed, over the transcript so far (RFC 8446 4.4.3), and the message with a signature that came from
// elsewhere.
Bytes content_to_sign(Signer signer, crypto::HashAlgorithm hash,
                      const schedule::Transcript& transcript);
void send_foreign_certificate_verify(wire::SignatureScheme scheme, BytesView signature,
                                     Signer signer, Turn& turn);

void send_finished(const schedule::TrafficSecret& secret, Turn& turn);

// The peer's chain, DER, or its raw public key, which is not empty: its size, its leaf's key, and libcrypto's verdict,
// or that the key is trusted, as the configuration wants it. Records the chain and the verdict.
enum class KeyUse : std::uint8_t { signing, encipherment };
Result<void> check_chain(std::vector<Bytes> chain, crypto::Purpose purpose, KeyUse use, Turn& turn);

// The same of TLS 1.3's message, whose key always signs.
Result<void> check_chain13(const wire::Certificate& message, crypto::Purpose purpose, Turn& turn);

// The extensions of a server's entries: asked for, in their place, and noted (RFC 8446 4.4.2.1).
Result<void> take_entry_extensions(const wire::Certificate& message,
                                   const wire::ClientHello& offered, Turn& turn);

// A client's Certificate, in the handshake or after it: its entries, and its absence, as the configuration has it.
Result<void> check_client_certificate(const wire::Certificate& message, Turn& turn);

// The message is the transcript's last. Checks it against the leaf that check_chain has recorded.
Result<void> check_certificate_verify(const wire::CertificateVerify& message, Signer signer,
                                      crypto::HashAlgorithm hash, Turn& turn);

// The message is the transcript's last.
Result<void> check_finished(const wire::Finished& message, const schedule::TrafficSecret& secret,
                            Turn& turn);

}  // namespace stepshake::handshake
