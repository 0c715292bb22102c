// How a peer's chain and its CertificateVerify can be checked: by X509 objects, without them, or the chain not at all
// because it was seen before.
#pragma once

#include <optional>

#include "bench/handshake/certificates.h"

namespace stepshake::bench {

// What a reader of DER would point at, and what of a public key goes into libcrypto.
struct BareCertificate {
  explicit BareCertificate(X509* certificate);

  Bytes signed_part;
  Bytes signature;
  Bytes point;  // elliptic curves
  Bytes modulus;
  Bytes exponent;
};

struct SignedMessage {
  BytesView message;
  BytesView signature;
};

enum class ChainOf : std::uint8_t { server, client };

// The chain parsed, its path checked (RFC 5280), the message's signature verified with the leaf's key.
void check_by_x509(const Certificates& issued, ChainOf of, const SignedMessage& message);

// The chain's signatures checked over what they sign, and public keys imported straight. What an own reader of DER and
// its checks would take is not counted.
class LeanCheck {
 public:
  LeanCheck(const Certificates& issued, ChainOf of);
  void check(const SignedMessage& message) const;

 private:
  const Certificates& issued_;
  BareCertificate leaf_;
  std::optional<BareCertificate> intermediate_;
};

}  // namespace stepshake::bench
