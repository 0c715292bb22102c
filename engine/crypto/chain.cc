#include "crypto/chain.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <limits>
#include <optional>

#include "crypto/certificate_cache.h"
#include "crypto/hash.h"
#include "crypto/openssl_ptr.h"
#include "crypto/parsed_certificate.h"
#include "crypto/public_key_library.h"

namespace stepshake::crypto {
namespace {

using StoreContextPtr = Owned<X509_STORE_CTX, X509_STORE_CTX_free>;
struct FreeChain {
  void operator()(STACK_OF(X509) * chain) const { sk_X509_pop_free(chain, X509_free); }
};
using ChainPtr = std::unique_ptr<STACK_OF(X509), FreeChain>;
struct FreeOctets {
  void operator()(ASN1_OCTET_STRING* octets) const { ASN1_OCTET_STRING_free(octets); }
};

// libssl's security level 2, OpenSSL's default since 3.2: 112 bits, no SHA-1 in chains.
constexpr int kAuthenticationLevel = 2;

Verdict verdict_of(int code) { return {code, X509_verify_cert_error_string(code)}; }

void set_parameters(X509_STORE_CTX* context, const ChainCheck& check) {
  const bool server = check.purpose == Purpose::server;
  X509_STORE_CTX_set_default(context, server ? "ssl_server" : "ssl_client");
  X509_VERIFY_PARAM* param = X509_STORE_CTX_get0_param(context);
  X509_VERIFY_PARAM_set_time(param, check.now);
  X509_VERIFY_PARAM_set_auth_level(param, kAuthenticationLevel);
  if (check.name.empty()) return;
  if (is_ip_address(check.name)) {
    X509_VERIFY_PARAM_set1_ip_asc(param, check.name.c_str());
    return;
  }
  X509_VERIFY_PARAM_set_hostflags(param, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  X509_VERIFY_PARAM_set1_host(param, check.name.data(), check.name.size());
}

// Before and after all time: of a certificate whose dates cannot be read, nothing is remembered.
constexpr std::int64_t kEarliest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kLatest = std::numeric_limits<std::int64_t>::max();

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
  using TimePtr = Owned<ASN1_TIME, ASN1_TIME_free>;
  static const TimePtr epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return std::nullopt;
  return std::int64_t{days} * 86'400 + seconds;
}

// Whether notAfter itself still counts is libcrypto's affair: the second after it is a turning point, too.
bool add_turning_points(const X509* certificate, std::vector<std::int64_t>& points) {
  const auto begin = seconds_of(X509_get0_notBefore(certificate));
  const auto end = seconds_of(X509_get0_notAfter(certificate));
  if (!begin || !end) return false;
  points.insert(points.end(), {*begin, *end, *end + 1});
  return true;
}

void narrow(const std::vector<std::int64_t>& points, std::int64_t now, Period& period) {
  for (const std::int64_t point : points) {
    if (point <= now) {
      period.begin = std::max(period.begin, point);
    } else {
      period.end = std::min(period.end, point);
    }
  }
}

// How long around `now` no certificate of the chain and the anchors begins or ceases to be valid. Empty: nobody knows.
Period steady_period(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                     std::int64_t now) {
  std::vector<std::int64_t> points;
  for (const Bytes& der : chain) {
    const auto certificate = parsed_certificate(der);
    if (!certificate || !add_turning_points(certificate.get(), points)) return {now, now};
  }
  if (!anchors.is_dated()) return {now, now};
  Period period{kEarliest, kLatest};
  narrow(points, now, period);
  narrow(anchors.turning_points(), now, period);
  return period;
}

// Of all that a verdict hangs on but the time. Every part but the last is a hash or a byte, so that no two questions are
// written alike: a lookup comes before anybody has parsed the certificates.
Bytes digest_of(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                const ChainCheck& check) {
  Bytes certificates;
  for (const Bytes& der : chain) append(certificates, hash(HashAlgorithm::sha256, {der}));
  const std::uint8_t purpose = check.purpose == Purpose::server ? 0 : 1;
  return hash(HashAlgorithm::sha256, {hash(HashAlgorithm::sha256, {certificates}),
                                      hash(HashAlgorithm::sha256, {anchors.digest()}),
                                      {&purpose, 1},
                                      view_of(check.name)});
}

Verdict check_path(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                   const ChainCheck& check) {
  const auto leaf = parsed_certificate(chain.front());
  const ChainPtr others(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    const auto other = parsed_certificate(chain[i]);
    // A broken certificate that the path needs is missed by the path check itself.
    if (other && X509_up_ref(other.get()) == 1) sk_X509_push(others.get(), other.get());
  }
  const StoreContextPtr context(X509_STORE_CTX_new_ex(public_key_library(), nullptr));
  if (!leaf || X509_STORE_CTX_init(context.get(), anchors.get(), leaf.get(), others.get()) != 1) {
    return verdict_of(X509_V_ERR_UNSPECIFIED);
  }
  set_parameters(context.get(), check);
  const int answer = X509_verify_cert(context.get());
  int code = X509_STORE_CTX_get_error(context.get());
  if (answer != 1 && code == X509_V_OK) code = X509_V_ERR_UNSPECIFIED;
  ERR_clear_error();
  return verdict_of(answer == 1 ? X509_V_OK : code);
}

}  // namespace

TrustAnchors::TrustAnchors() : TrustAnchors(std::vector<Bytes>{}) {}

TrustAnchors::TrustAnchors(const std::vector<Bytes>& certificates)
    : store_(X509_STORE_new(), X509_STORE_free) {
  for (const auto& der : certificates) {
    const auto certificate = parse_certificate(der);
    if (!certificate) continue;
    X509_STORE_add_cert(store_.get(), certificate.get());
    digest_ = hash(HashAlgorithm::sha256, {digest_, der});
    subjects_.push_back(to_der(X509_get_subject_name(certificate.get())));
    is_dated_ = add_turning_points(certificate.get(), turning_points_) && is_dated_;
  }
}

Verdict verify_chain(const std::vector<Bytes>& chain, const TrustAnchors& anchors,
                     const ChainCheck& check) {
  if (kept_certificates() == 0) return check_path(chain, anchors, check);
  const Bytes digest = digest_of(chain, anchors, check);
  if (is_known_good(digest, check.now)) return verdict_of(X509_V_OK);
  Verdict verdict = check_path(chain, anchors, check);
  // A failure is looked into each time, so that its reason is always its own.
  if (verdict.code == X509_V_OK) keep_good(digest, steady_period(chain, anchors, check.now));
  return verdict;
}

Reason reason_of(const Verdict& verdict) {
  switch (verdict.code) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
    case X509_V_ERR_CERT_NOT_YET_VALID:
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return verdict.code == X509_V_ERR_CERT_NOT_YET_VALID ? Reason::certificate_bad
                                                           : Reason::certificate_expired;
    case X509_V_ERR_CERT_REVOKED: return Reason::certificate_revoked;
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    case X509_V_ERR_CERT_CHAIN_TOO_LONG:
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
    case X509_V_ERR_INVALID_CA: return Reason::certificate_unknown_ca;
    case X509_V_ERR_INVALID_PURPOSE: return Reason::certificate_unsupported;
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH: return Reason::certificate_name_mismatch;
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
    case X509_V_ERR_CERT_UNTRUSTED:
    case X509_V_ERR_CERT_REJECTED:
    case X509_V_ERR_EE_KEY_TOO_SMALL:
    case X509_V_ERR_CA_KEY_TOO_SMALL:
    case X509_V_ERR_CA_MD_TOO_WEAK: return Reason::certificate_bad;
    default: return Reason::certificate_unknown;
  }
}

bool is_ip_address(const std::string& name) {
  const std::unique_ptr<ASN1_OCTET_STRING, FreeOctets> address(a2i_IPADDRESS(name.c_str()));
  ERR_clear_error();
  return address != nullptr;
}

}  // namespace stepshake::crypto
