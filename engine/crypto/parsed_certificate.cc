#include "crypto/parsed_certificate.h"

#include "crypto/certificate_cache.h"
#include "crypto/public_key_library.h"
#include "crypto/recently_used.h"

namespace stepshake::crypto {
namespace {

// A longer one is parsed each time, so that a peer cannot fill the memory.
constexpr std::size_t kMostBytes = 8'192;

RecentlyUsed<std::shared_ptr<X509>>& kept_here() {
  thread_local RecentlyUsed<std::shared_ptr<X509>> kept;
  return kept;
}

}  // namespace

void forget_parsed_certificates() { kept_here() = {}; }

std::shared_ptr<X509> parse_certificate(BytesView der) {
  const std::uint8_t* at = der.data();
  X509* parsed = X509_new_ex(public_key_library(), nullptr);
  // Frees it, and makes it null, where it fails.
  d2i_X509(&parsed, &at, static_cast<long>(der.size()));
  std::shared_ptr<X509> certificate(parsed, X509_free);
  // Bytes after the certificate's end are part of no certificate.
  if (certificate && at != der.data() + der.size()) certificate.reset();
  return certificate;
}

std::shared_ptr<X509> parsed_certificate(BytesView der) {
  auto& kept = kept_here();
  if (kept_certificates() == 0) return parse_certificate(der);
  if (const auto* found = kept.find(der)) return *found;
  auto certificate = parse_certificate(der);
  if (certificate && der.size() < kMostBytes) kept.add(der, certificate, kept_certificates());
  return certificate;
}

Bytes to_der(const X509_NAME* name) {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
  X509_NAME_get0_der(name, &data, &size);
  return {data, data + size};
}

}  // namespace stepshake::crypto
