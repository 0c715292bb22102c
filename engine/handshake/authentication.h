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
#include "wire/finished.h"

namespace stepshake::handshake {

// Who signs; its context string differs (RFC 8446 4.4.3).
using Signer = policy::Role;

// An identity, or none at all: an empty Certificate.
void send_certificate(const policy::Identity* identity, BytesView request_context, Turn& turn);

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

// The peer's chain, DER, which is not empty: its size, its leaf's key, and libcrypto's verdict as the configuration
// wants it. Records the chain and the verdict.
enum class KeyUse : std::uint8_t { signing, encipherment };
Result<void> check_chain(std::vector<Bytes> chain, crypto::Purpose purpose, KeyUse use, Turn& turn);

// The same of TLS 1.3's message, whose key always signs.
Result<void> check_chain13(const wire::Certificate& message, crypto::Purpose purpose, Turn& turn);

// A client's Certificate, in the handshake or after it: its entries, and its absence, as the configuration has it.
Result<void> check_client_certificate(const wire::Certificate& message, Turn& turn);

// The message is the transcript's last. Checks it against the leaf that check_chain has recorded.
Result<void> check_certificate_verify(const wire::CertificateVerify& message, Signer signer,
                                      crypto::HashAlgorithm hash, Turn& turn);

// The message is the transcript's last.
Result<void> check_finished(const wire::Finished& message, const schedule::TrafficSecret& secret,
                            Turn& turn);

}  // namespace stepshake::handshake
