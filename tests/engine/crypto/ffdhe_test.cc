// The groups of RFC 7919: known answers computed from the RFC's formula of the primes, agreement, and every share
// that RFC 8446 4.2.8.1 has us refuse.
#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <memory>

#include "crypto/hash.h"
#include "crypto/key_exchange.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

// p = 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1 (RFC 7919 A), in Python. `prime` and `power` are SHA-256 of
// p and of y^x mod p, big-endian and padded to b bits; y is the bytes 3, 10, 17, ..., x the bytes 1, 2, 3, ...
struct KnownPrime {
  NamedGroup group;
  std::size_t size;
  unsigned exponent_bits;
  const char* prime;
  const char* power;
};

constexpr KnownPrime kKnownPrimes[] = {
    {NamedGroup::ffdhe2048, 256, 225,
     "9cd3b7f336872f46c09428d1bbc19877a4d440512cda8d1c1cf0cd6e33698966",
     "4e25a854361462ee4e8e89a636410b3430ba052dc06c76623db56317c6e2c058"},
    {NamedGroup::ffdhe3072, 384, 275,
     "0eaf67db3a839156d5013494a5318a772b5697d270d721f37f092efc69ea5a17",
     "f8621c0a53532a04444e63a6aa13c7e85b9a2f5f9507508f1a6e772efcfa60c8"},
    {NamedGroup::ffdhe4096, 512, 325,
     "4648414224ac881b3d0dc59b466f96d06a558278776807797ecf1f66ff397b3e",
     "ca89ee7fc5285e815b43b874a09c68cfae1f9414d21e342229a2e3c7c0ac0eb0"},
    {NamedGroup::ffdhe6144, 768, 375,
     "227ac9066b3ddd9e193670cda2388fa884f65ba0cf98b742d1fe77a6687c79c7",
     "1c1df0981c7b29f8caf14862f16810b2d0fb4bab24fb8cfc96cc826a46fa5ba4"},
    {NamedGroup::ffdhe8192, 1024, 400,
     "770b14efaf6f049929c523113b3fa99a8d11dab1b18af3609590122075d19833",
     "503fad9dd4cb111b493563835e26f704da81787a80b329e5376e7c261d355a7a"},
};

struct FreeKey {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
};

std::string digest(BytesView bytes) { return to_hex(hash(HashAlgorithm::sha256, {bytes})); }

// The group's prime, from libcrypto.
Bytes prime_of(const KnownPrime& known) {
  const std::unique_ptr<EVP_PKEY_CTX, FreeKey> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr));
  std::string name(wire::name_of(known.group));
  OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name.data(), 0),
      OSSL_PARAM_construct_end()};
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEY_PARAMETERS, params);
  const std::unique_ptr<EVP_PKEY, FreeKey> owned(key);
  BIGNUM* prime = nullptr;
  EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_FFC_P, &prime);
  Bytes bytes(known.size);
  BN_bn2binpad(prime, bytes.data(), static_cast<int>(bytes.size()));
  BN_free(prime);
  return bytes;
}

Bytes pattern(std::size_t size, std::size_t start, std::size_t step) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::uint8_t>(start + step * i);
  return bytes;
}

// A number as a share of the group.
Bytes small_share(std::size_t size, std::uint8_t value) {
  Bytes share(size);
  share.back() = value;
  return share;
}

class Ffdhe : public ::testing::TestWithParam<KnownPrime> {
 protected:
  void SetUp() override {
    if (!has(GetParam().group)) GTEST_SKIP() << "libcrypto was built without Diffie-Hellman";
  }
};

TEST_P(Ffdhe, HasThePrimeOfTheRfc) { EXPECT_EQ(digest(prime_of(GetParam())), GetParam().prime); }

TEST_P(Ffdhe, RaisesTheShareToThePrivateValue) {
  const PrivateShare own{
      GetParam().group, Secret(pattern((GetParam().exponent_bits + 7) / 8, 1, 1)), {}};
  const auto shared = conclude(own, pattern(GetParam().size, 3, 7));
  ASSERT_TRUE(shared);
  EXPECT_EQ(digest(shared->view()), GetParam().power);
}

// RFC 8446 7.4.1
TEST_P(Ffdhe, PadsTheSecretOnTheLeft) {
  const PrivateShare own{GetParam().group, Secret(Bytes{10}), {}};
  const auto shared = conclude(own, small_share(GetParam().size, 3));
  ASSERT_TRUE(shared);
  Bytes expected(GetParam().size);
  expected[expected.size() - 2] = 59049 >> 8;  // 3^10
  expected[expected.size() - 1] = 59049 & 0xff;
  EXPECT_EQ(to_bytes(shared->view()), expected);
}

TEST_P(Ffdhe, BothSidesAgree) {
  Random client_random(Entropy{1});
  Random server_random(Entropy{2});
  const PrivateShare own = offer(GetParam().group, client_random);
  EXPECT_EQ(own.public_key.size(), GetParam().size);
  const auto answered = answer(GetParam().group, own.public_key, server_random);
  ASSERT_TRUE(answered);
  const auto concluded = conclude(own, answered->public_key);
  ASSERT_TRUE(concluded);
  EXPECT_EQ(concluded->size(), GetParam().size);
  EXPECT_TRUE(equal(concluded->view(), answered->shared_secret.view()));
}

TEST_P(Ffdhe, IsRepeatable) {
  const auto offered = [&](std::uint8_t seed) {
    Random random(Entropy{seed});
    return offer(GetParam().group, random);
  };
  EXPECT_EQ(offered(1).public_key, offered(1).public_key);
  EXPECT_NE(offered(1).public_key, offered(2).public_key);
}

// RFC 7919 5.2
TEST_P(Ffdhe, DrawsExponentsOfTheGroupsStrength) {
  Random random(Entropy{3});
  const unsigned bits = GetParam().exponent_bits;
  unsigned seen = 0;
  for (int i = 0; i < 8; ++i) {
    const PrivateShare share = offer(GetParam().group, random);
    ASSERT_EQ(share.private_key.size(), (bits + 7) / 8);
    seen |= share.private_key.data()[0];
  }
  EXPECT_NE(seen, 0U);
  EXPECT_LE(seen, 0xffU >> ((8 - bits % 8) % 8));
}

TEST_P(Ffdhe, RefusesSharesOutOfRange) {
  Random random(Entropy{4});
  const Bytes prime = prime_of(GetParam());
  Bytes prime_less_one = prime;
  prime_less_one.back() ^= 1;  // a prime is odd
  const std::size_t size = GetParam().size;
  const Bytes above(size, 0xff);
  const PrivateShare own = offer(GetParam().group, random);
  for (const Bytes& share : {Bytes(size), small_share(size, 1), prime_less_one, prime, above}) {
    for (const auto reason : {answer(GetParam().group, share, random).failure().reason,
                              conclude(own, share).failure().reason}) {
      EXPECT_EQ(reason, Reason::bad_key_share);
      EXPECT_EQ(facts_of(reason).alert, AlertDescription::illegal_parameter);
    }
  }
  Bytes greatest = prime_less_one;
  --greatest.back();
  EXPECT_TRUE(conclude(own, greatest));
  EXPECT_TRUE(conclude(own, small_share(size, 2)));
}

TEST_P(Ffdhe, RefusesSharesOfAnotherSize) {
  Random random(Entropy{5});
  const std::size_t size = GetParam().size;
  const PrivateShare own = offer(GetParam().group, random);
  for (const std::size_t wrong : {std::size_t{0}, std::size_t{1}, size - 1, size + 1, 2 * size}) {
    const Bytes share = small_share(wrong + 1, 2);
    const BytesView cut = BytesView(share).last(wrong);
    EXPECT_EQ(answer(GetParam().group, cut, random).failure().reason, Reason::bad_key_share);
    EXPECT_EQ(conclude(own, cut).failure().reason, Reason::bad_key_share);
  }
}

INSTANTIATE_TEST_SUITE_P(All, Ffdhe, ::testing::ValuesIn(kKnownPrimes), [](const auto& tested) {
  return std::string(wire::name_of(tested.param.group));
});

}  // namespace
}  // namespace stepshake::crypto
