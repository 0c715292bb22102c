#include "crypto/dhe.h"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "crypto/ffdhe.h"
#include "crypto/modular.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

constexpr auto kNamed =
    std::to_array({NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096,
                   NamedGroup::ffdhe6144, NamedGroup::ffdhe8192});

BignumPtr number(BytesView bytes) {
  return BignumPtr(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
}

Bytes bytes_of(const BIGNUM* value) {
  Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value)));
  BN_bn2bin(value, bytes.data());
  return bytes;
}

BytesView without_zeros(BytesView bytes) {
  const auto first = std::find_if(bytes.begin(), bytes.end(), [](auto byte) { return byte != 0; });
  return bytes.last(static_cast<std::size_t>(bytes.end() - first));
}

// RFC 7919 5.2: short exponents are for groups that are known to be safe primes'. Any other gets one as long as its
// prime.
unsigned exponent_bits(const DheGroup& group) {
  const auto name = name_of(group);
  return name ? ffdhe_exponent_bits(*name) : bits_of(group) - 1;
}

std::size_t prime_size(const DheGroup& group) { return (bits_of(group) + 7) / 8; }

}  // namespace

DheGroup dhe_group_of(NamedGroup group) { return {ffdhe_prime(group), {2}}; }

std::optional<NamedGroup> name_of(const DheGroup& group) {
  if (!same(without_zeros(group.generator), Bytes{2})) return std::nullopt;
  for (NamedGroup each : kNamed) {
    if (has_ffdhe(each) && same(without_zeros(group.prime), ffdhe_prime(each))) return each;
  }
  return std::nullopt;
}

unsigned bits_of(const DheGroup& group) {
  return static_cast<unsigned>(BN_num_bits(number(group.prime).get()));
}

std::optional<DheGroup> dhe_group_from_pem(std::string_view pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  const KeyPtr key(PEM_read_bio_Parameters(bio.get(), nullptr));
  BIGNUM* p = nullptr;
  BIGNUM* g = nullptr;
  if (key) {
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_FFC_P, &p);
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_FFC_G, &g);
  }
  const BignumPtr prime(p);
  const BignumPtr generator(g);
  ERR_clear_error();
  if (!prime || !generator) return std::nullopt;
  return DheGroup{bytes_of(prime.get()), bytes_of(generator.get())};
}

Result<void> check(const DheGroup& group, unsigned least_bits) {
  const unsigned bits = bits_of(group);
  // RFC 7919 3: insufficient_security.
  if (bits < least_bits) {
    return fail(Reason::weak_dhe_group, "a group of " + std::to_string(bits) + " bits");
  }
  if (bits > kMostDheBits) {
    return fail(Reason::bad_dhe_value, "a group of " + std::to_string(bits) + " bits");
  }
  const BignumPtr prime = number(group.prime);
  if (BN_is_odd(prime.get()) == 0 || !is_in_range(number(group.generator).get(), prime.get())) {
    return fail(Reason::bad_dhe_value, "numbers that are no group's");
  }
  return {};
}

bool has_safe_prime(const DheGroup& group) {
  const BignumContextPtr context(BN_CTX_new());
  const BignumPtr prime = number(group.prime);
  const BignumPtr half(BN_new());
  return BN_rshift1(half.get(), prime.get()) == 1 &&
         BN_check_prime(half.get(), context.get(), nullptr) == 1 &&
         BN_check_prime(prime.get(), context.get(), nullptr) == 1;
}

DhePrivate dhe_offer(const DheGroup& group, Random& random) {
  DhePrivate own{group, random_exponent(exponent_bits(group), random), Bytes(prime_size(group))};
  if (!power(number(group.prime).get(), nullptr, number(group.generator).get(),
             own.private_key.view(), own.public_key)) {
    std::abort();
  }
  return own;
}

Result<Secret> dhe_conclude(const DhePrivate& own, BytesView peer_public_key) {
  const BignumPtr prime = number(own.group.prime);
  const BignumPtr peer = number(peer_public_key);
  // RFC 7919 3, 4, 5.1: 1 < Y < p-1, or handshake_failure.
  if (!is_in_range(peer.get(), prime.get())) {
    return fail(Reason::bad_dhe_value, "a public value out of range");
  }
  Secret shared(prime_size(own.group));
  if (!power(prime.get(), nullptr, peer.get(), own.private_key.view(), shared.writable())) {
    return fail(Reason::internal_error, "no shared secret");
  }
  // RFC 5246 8.1.2: leading zeros are stripped, though their number shows in the time that the PRF takes
  // ("Raccoon"): the exponent is fresh in each handshake, so that nothing is learnt of a next one.
  return Secret(without_zeros(shared.view()));
}

}  // namespace stepshake::crypto
