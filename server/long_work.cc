#include "server/long_work.h"

#include <algorithm>

namespace stepshake::server {
namespace {

using crypto::KeyType;
using wire::NamedGroup;

constexpr unsigned kShortRsaBits = 2'048;

// Measured with OpenSSL 3.0, one signature: RSA-2048 0.2 to 0.7 ms, RSA-3072 2, RSA-4096 5, P-384 1, P-256 0.02, P-521
// 0.5, Ed448 0.3. ML-DSA tries until one is good.
bool signs_long(const policy::Identity& identity) {
  if (identity.key.is_remote()) return false;
  switch (identity.key.type()) {
    case KeyType::rsa:
    case KeyType::rsa_pss: return identity.key.bits() > kShortRsaBits;
    case KeyType::ec_p384:
    case KeyType::mldsa44:
    case KeyType::mldsa65:
    case KeyType::mldsa87: return true;
    default: return false;
  }
}

// A key pair and an agreement: ffdhe2048 0.8 ms, ffdhe3072 2, ffdhe4096 4, ffdhe8192 16, P-384 3; X25519, P-256, X448
// and P-521 0.1 to 1.
bool is_long(NamedGroup group) {
  return group == NamedGroup::secp384r1 || group == NamedGroup::secp384r1mlkem1024 ||
         (group >= NamedGroup::ffdhe3072 && group <= NamedGroup::ffdhe8192);
}

// Never by default: who lists one means to use it.
bool is_very_long(NamedGroup group) {
  return group >= NamedGroup::ffdhe4096 && group <= NamedGroup::ffdhe8192;
}

}  // namespace

bool takes_long(const policy::Config& config) {
  const auto& groups = config.groups;
  const auto& shares = config.key_share_groups;
  return std::any_of(config.identities.begin(), config.identities.end(), signs_long) ||
         (!groups.empty() && is_long(groups.front())) ||
         std::any_of(shares.begin(), shares.end(), is_long) ||
         std::any_of(groups.begin(), groups.end(), is_very_long);
}

}  // namespace stepshake::server
