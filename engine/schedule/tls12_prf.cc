#include "schedule/tls12_prf.h"

#include "crypto/cipher_suite12.h"

namespace stepshake::schedule {
namespace {

using crypto::HashAlgorithm;

// The longest label of the handshake and two randoms.
constexpr std::size_t kUsualSeedSize = 96;

// RFC 5246 5, P_hash: A(i) = HMAC(secret, A(i-1)), A(0) the seed; the output is HMAC(secret, A(i) + seed), i = 1, 2, ...
Secret expand(const crypto::Hmac& secret, BytesView seed, std::size_t size) {
  const std::size_t step = crypto::size_of(secret.algorithm());
  Secret output((size + step - 1) / step * step);
  Secret a = secret.of({seed});
  for (std::size_t at = 0; at < size; at += step) {
    if (at > 0) secret.of({a.view()}, a.data());
    secret.of({a.view(), seed}, output.data() + at);
  }
  output.resize(size);
  return output;
}

// RFC 4346 5: each hash takes a half of the secret, and they share the middle byte of an odd one.
Secret expand_both(BytesView secret, BytesView seed, std::size_t size) {
  const std::size_t half = (secret.size() + 1) / 2;
  Secret output = expand({HashAlgorithm::md5, secret.first(half)}, seed, size);
  const Secret other = expand({HashAlgorithm::sha1, secret.last(half)}, seed, size);
  for (std::size_t i = 0; i < size; ++i) output.data()[i] ^= other.data()[i];
  return output;
}

}  // namespace

Secret Prf::operator()(BytesView secret, std::string_view label,
                       std::initializer_list<BytesView> seed, std::size_t size) const {
  Bytes label_and_seed;
  label_and_seed.reserve(kUsualSeedSize);
  append(label_and_seed, view_of(label));
  for (BytesView part : seed) append(label_and_seed, part);
  return version == wire::ProtocolVersion::tls_1_2 ? expand({hash, secret}, label_and_seed, size)
                                                   : expand_both(secret, label_and_seed, size);
}

Bytes Prf::transcript_hash(BytesView messages) const {
  if (version == wire::ProtocolVersion::tls_1_2) return crypto::hash(hash, {messages});
  return concat({crypto::hash(HashAlgorithm::md5, {messages}),
                 crypto::hash(HashAlgorithm::sha1, {messages})});
}

Prf prf_of(wire::ProtocolVersion version, wire::CipherSuite suite) {
  return {version, crypto::facts12_of(suite)->prf_hash};
}

}  // namespace stepshake::schedule
