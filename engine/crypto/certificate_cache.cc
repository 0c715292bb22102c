#include "crypto/certificate_cache.h"

#include "crypto/parsed_certificate.h"
#include "crypto/recently_used.h"

namespace stepshake::crypto {
namespace {

std::size_t& most_kept() {
  static std::size_t most = kCertificatesKept;
  return most;
}

RecentlyUsed<Period>& good_chains() {
  thread_local RecentlyUsed<Period> chains;
  return chains;
}

}  // namespace

void keep_certificates(std::size_t most) { most_kept() = most; }
void forget_certificates() {
  forget_parsed_certificates();
  good_chains() = {};
}

std::size_t kept_certificates() { return most_kept(); }

bool is_known_good(BytesView digest, std::int64_t now) {
  const Period* period = good_chains().find(digest);
  return period != nullptr && period->begin <= now && now < period->end;
}

void keep_good(BytesView digest, Period period) {
  if (period.begin < period.end) good_chains().add(digest, period, kept_certificates());
}

}  // namespace stepshake::crypto
