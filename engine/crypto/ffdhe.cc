// Diffie-Hellman in the safe-prime groups of RFC 7919 (RFC 8446 4.2.8.1, 7.4.1): libcrypto's primes, libcrypto's
// constant-time exponentiation, private values as plain bytes.
#include "crypto/ffdhe.h"

#include <openssl/err.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "crypto/modular.h"
#include "crypto/openssl_ptr.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

struct FieldFacts {
  NamedGroup group;
  const char* name;        // libcrypto's
  std::size_t size;        // of the prime and of a share, in bytes
  unsigned exponent_bits;  // RFC 7919 5.2, A.1 to A.5: what is enough for the group's strength
};

constexpr auto kFields = std::to_array<FieldFacts>({
    {NamedGroup::ffdhe2048, "ffdhe2048", 256, 225},
    {NamedGroup::ffdhe3072, "ffdhe3072", 384, 275},
    {NamedGroup::ffdhe4096, "ffdhe4096", 512, 325},
    {NamedGroup::ffdhe6144, "ffdhe6144", 768, 375},
    {NamedGroup::ffdhe8192, "ffdhe8192", 1024, 400},
});

struct Field {
  BignumPtr prime;           // null: libcrypto has no such group
  MontgomeryPtr montgomery;  // only read once it is set, so that threads share it
};

std::size_t index_of(NamedGroup group) {
  const auto row = std::find_if(kFields.begin(), kFields.end(),
                                [&](const FieldFacts& facts) { return facts.group == group; });
  return static_cast<std::size_t>(row - kFields.begin());
}

BignumPtr fetch_prime(const char* name) {
  const KeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  // The name is only read; OSSL_PARAM has no const form of it.
  std::array<OSSL_PARAM, 2> params = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, const_cast<char*>(name), 0),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* made = nullptr;
  BIGNUM* prime = nullptr;
  if (context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
      EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_KEY_PARAMETERS, params.data()) == 1) {
    const KeyPtr key(made);
    EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_FFC_P, &prime);
  }
  if (prime == nullptr) ERR_clear_error();
  return BignumPtr(prime);
}

Field make_field(const char* name) {
  Field field;
  field.prime = fetch_prime(name);
  if (!field.prime) return field;
  field.montgomery.reset(BN_MONT_CTX_new());
  const BignumContextPtr context(BN_CTX_new());
  if (BN_MONT_CTX_set(field.montgomery.get(), field.prime.get(), context.get()) != 1) std::abort();
  return field;
}

const Field& field_of(NamedGroup group) {
  static const auto fields = [] {
    std::array<Field, kFields.size()> all;
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = make_field(kFields[i].name);
    return all;
  }();
  return fields[index_of(group)];
}

// As long as the prime: RFC 8446 4.2.8.1 and 7.4.1 pad on the left, the share and the secret alike.
bool field_power(const Field& field, const BIGNUM* base, BytesView exponent,
                 std::span<std::uint8_t> padded) {
  return power(field.prime.get(), field.montgomery.get(), base, exponent, padded);
}

}  // namespace

Bytes ffdhe_prime(NamedGroup group) {
  Bytes prime(kFields[index_of(group)].size);
  BN_bn2binpad(field_of(group).prime.get(), prime.data(), static_cast<int>(prime.size()));
  return prime;
}

unsigned ffdhe_exponent_bits(NamedGroup group) { return kFields[index_of(group)].exponent_bits; }

bool is_ffdhe(NamedGroup group) { return index_of(group) < kFields.size(); }

bool has_ffdhe(NamedGroup group) { return is_ffdhe(group) && field_of(group).prime != nullptr; }

PrivateShare ffdhe_offer(NamedGroup group, Random& random) {
  const FieldFacts& facts = kFields[index_of(group)];
  // RFC 7919 5.2: a short exponent.
  PrivateShare share{group, random_exponent(facts.exponent_bits, random), Bytes(facts.size)};
  const BignumPtr generator(BN_new());
  // RFC 7919 A: the generator is 2 in each of the groups.
  if (BN_set_word(generator.get(), 2) != 1 ||
      !field_power(field_of(group), generator.get(), share.private_key.view(), share.public_key)) {
    std::abort();
  }
  return share;
}

Result<Secret> ffdhe_conclude(const PrivateShare& own, BytesView peer_share) {
  const FieldFacts& facts = kFields[index_of(own.group)];
  const Field& field = field_of(own.group);
  // RFC 8446 4.2.8.1: padded with zeros on the left to the size of p.
  if (peer_share.size() != facts.size) {
    return fail(Reason::bad_key_share, std::string(facts.name) + " share of " +
                                           std::to_string(peer_share.size()) + " bytes");
  }
  const BignumPtr peer(BN_bin2bn(peer_share.data(), static_cast<int>(peer_share.size()), nullptr));
  // RFC 8446 4.2.8.1: peers MUST validate each other's public key Y by ensuring that 1 < Y < p-1.
  if (!is_in_range(peer.get(), field.prime.get())) {
    return fail(Reason::bad_key_share, std::string(facts.name) + " share out of range");
  }
  Secret shared(facts.size);
  if (!field_power(field, peer.get(), own.private_key.view(), shared.writable())) {
    return fail(Reason::internal_error, "no shared secret in " + std::string(facts.name));
  }
  return shared;
}

}  // namespace stepshake::crypto
