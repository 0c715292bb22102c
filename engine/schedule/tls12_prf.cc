#include "schedule/tls12_prf.h"

#include <array>
#include <cstring>
#include <span>

#include "crypto/cipher_suite12.h"

namespace stepshake::schedule {
namespace {

using crypto::HashAlgorithm;

// The PRF's label + seed.
struct LabelledSeed {
  std::string_view label;
  std::span<const BytesView> parts;
};

void add(crypto::Hasher& to, const LabelledSeed& seed) {
  to.add(view_of(seed.label));
  for (BytesView part : seed.parts) to.add(part);
}

// RFC 5246 5, P_hash: A(i) = HMAC(secret, A(i-1)), A(0) the seed; the output is HMAC(secret, A(i) + seed), i = 1, 2, ...
Secret expand(const crypto::Hmac& secret, const LabelledSeed& seed, std::size_t size) {
  const std::size_t step = crypto::size_of(secret.algorithm());
  Secret output((size + step - 1) / step * step);
  std::array<std::uint8_t, crypto::kLargestHash> storage;
  const auto a = std::span(storage).first(step);  // A(i)
  crypto::Hasher first = secret.begin();
  add(first, seed);
  secret.end(first, a.data());
  for (std::size_t at = 0; at < size; at += step) {
    if (at > 0) secret.of({a}, a.data());
    crypto::Hasher message = secret.begin();
    message.add(a);
    add(message, seed);
    secret.end(message, output.data() + at);
  }
  explicit_bzero(storage.data(), storage.size());
  output.resize(size);
  return output;
}

// RFC 4346 5: each hash takes a half of the secret, and they share the middle byte of an odd one.
Secret expand_both(BytesView secret, const LabelledSeed& seed, std::size_t size) {
  const std::size_t half = (secret.size() + 1) / 2;
  Secret output = expand({HashAlgorithm::md5, secret.first(half)}, seed, size);
  const Secret other = expand({HashAlgorithm::sha1, secret.last(half)}, seed, size);
  for (std::size_t i = 0; i < size; ++i) output.data()[i] ^= other.data()[i];
  return output;
}

}  // namespace

Secret Prf::operator()(BytesView secret, std::string_view label,
                       std::initializer_list<BytesView> seed, std::size_t size) const {
  const LabelledSeed labelled{label, {seed.begin(), seed.size()}};
  return version == wire::ProtocolVersion::tls_1_2 ? expand({hash, secret}, labelled, size)
                                                   : expand_both(secret, labelled, size);
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
