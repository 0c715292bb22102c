#include "crypto/parsed_certificate.h"

#include <algorithm>
#include <vector>

namespace stepshake::crypto {
namespace {

constexpr std::size_t kMostKept = 16;
constexpr std::size_t kMostBytes =
    8'192;  // a longer one is parsed each time, so that a peer cannot fill the memory

struct Kept {
  Bytes der;
  std::shared_ptr<X509> certificate;
};

}  // namespace

std::shared_ptr<X509> parse_certificate(BytesView der) {
  const std::uint8_t* at = der.data();
  std::shared_ptr<X509> certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())),
                                    X509_free);
  // Bytes after the certificate's end are part of no certificate.
  if (certificate && at != der.data() + der.size()) certificate.reset();
  return certificate;
}

std::shared_ptr<X509> parsed_certificate(BytesView der) {
  thread_local std::vector<Kept> kept;  // the last one that was asked for stands first
  const auto found = std::find_if(kept.begin(), kept.end(), [der](const Kept& one) {
    return std::equal(one.der.begin(), one.der.end(), der.begin(), der.end());
  });
  if (found != kept.end()) {
    std::rotate(kept.begin(), found, found + 1);
    return kept.front().certificate;
  }
  auto certificate = parse_certificate(der);
  if (!certificate || der.size() > kMostBytes) return certificate;
  if (kept.size() == kMostKept) kept.pop_back();
  kept.insert(kept.begin(), {to_bytes(der), certificate});
  return certificate;
}

}  // namespace stepshake::crypto
