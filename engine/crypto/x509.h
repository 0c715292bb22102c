// X.509: certificates as DER, chains judged by libcrypto's path validation (RFC 5280, RFC 9525).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "base/secret.h"
#include "crypto/keys.h"
#include "wire/code_points.h"
#include "wire/extension_bodies.h"

// libcrypto's store; only crypto/ looks inside.
struct x509_store_st;

namespace stepshake::crypto {

// The certificates of a PEM text, as DER, in order. Nothing where the text holds no certificate or a broken one.
std::optional<std::vector<Bytes>> certificates_from_pem(std::string_view pem);
std::string certificate_to_pem(BytesView der);

// The key of a certificate; certificate_bad where the DER cannot be read.
Result<PublicKey> public_key_of(BytesView der);

// The DER of the certificate's issuer name: what certificate_authorities compares (RFC 8446 4.2.4).
std::optional<Bytes> issuer_of(BytesView der);

// RFC 8446 4.4.2.2: key usage, where there is one, allows digital signatures.
bool may_sign(BytesView der);
// RFC 5246 7.4.2: key usage, where there is one, allows enciphering keys.
bool may_encipher(BytesView der);

// The schemes in which the certificate's own signature may be seen (RFC 8446 4.2.3): more than one for RSA-PSS, whose
// issuer's key decides between them; none where it is signed in a way that has no scheme.
std::vector<wire::SignatureScheme> signed_with(BytesView der);

// Issuer and subject are the same: the signature need not be checked (RFC 8446 4.4.2.2).
bool is_self_issued(BytesView der);

// RFC 8446 4.2.5: the certificate has each filter's extension with all of its values. Filters of extensions other
// than key usage and extended key usage are ignored, as the RFC has it for OIDs that one does not recognise.
bool matches(BytesView der, const std::vector<wire::OidFilter>& filters);

// A set of trusted certificates. Immutable.
class TrustAnchors {
 public:
  TrustAnchors();
  // Each DER was read before, from certificates_from_pem.
  explicit TrustAnchors(const std::vector<Bytes>& certificates);

  [[nodiscard]] std::size_t size() const { return subjects_.size(); }
  // The anchors' subject names, DER.
  [[nodiscard]] const std::vector<Bytes>& subjects() const { return subjects_; }
  // SHA-256 over all of the certificates.
  [[nodiscard]] const Bytes& digest() const { return digest_; }
  [[nodiscard]] x509_store_st* get() const { return store_.get(); }

 private:
  std::shared_ptr<x509_store_st> store_;
  std::vector<Bytes> subjects_;
  Bytes digest_;
};

enum class Purpose : std::uint8_t { server, client };

struct ChainCheck {
  Purpose purpose = Purpose::server;
  std::string name;      // DNS name or IP address that the leaf must bear; empty: any
  std::int64_t now = 0;  // seconds since 1970
};

// libcrypto's verdict: X509_V_OK (0) or X509_V_ERR_..., with its text.
struct Verdict {
  std::int32_t code = 0;
  std::string text;
};
STEPSHAKE_FIELDS(Verdict, code, text)

// The chain is DER, leaf first, at least one.
Verdict verify_chain(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                     const ChainCheck& check);

// Which failure a verdict other than X509_V_OK stands for, as ssl_x509err2alert groups them.
Reason reason_of(const Verdict& verdict);

// The text is an IPv4 or IPv6 address, not a DNS name.
bool is_ip_address(const std::string& name);

}  // namespace stepshake::crypto
