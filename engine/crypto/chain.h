// Chains of certificates, judged by libcrypto's path validation (RFC 5280, RFC 9525).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/reason.h"

// libcrypto's store; only crypto/ looks inside.
struct x509_store_st;

namespace stepshake::crypto {

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
  // When one of the certificates begins or ceases to be valid: seconds since 1970.
  [[nodiscard]] const std::vector<std::int64_t>& turning_points() const { return turning_points_; }
  // All of the certificates' dates could be read.
  [[nodiscard]] bool is_dated() const { return is_dated_; }
  [[nodiscard]] x509_store_st* get() const { return store_.get(); }

 private:
  std::shared_ptr<x509_store_st> store_;
  std::vector<Bytes> subjects_;
  Bytes digest_;
  std::vector<std::int64_t> turning_points_;
  bool is_dated_ = true;
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

// The chain is DER, leaf first, at least one. A chain that was found good is not checked again while its thread
// remembers it (certificate_cache.h): with the same anchors, purpose and name, and as long as no certificate of the
// chain or the anchors begins or ceases to be valid, the verdict cannot be another one.
Verdict verify_chain(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                     const ChainCheck& check);

// Which failure a verdict other than X509_V_OK stands for, as ssl_x509err2alert groups them.
Reason reason_of(const Verdict& verdict);

// The text is an IPv4 or IPv6 address, not a DNS name.
bool is_ip_address(const std::string& name);

}  // namespace stepshake::crypto
