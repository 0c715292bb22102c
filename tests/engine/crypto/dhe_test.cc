// crypto/dhe.h: groups of RFC 7919 and others, and what a peer may not send.
#include "crypto/dhe.h"

#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "crypto/key_exchange.h"
#include "key_support.h"

namespace stepshake::testing {
namespace {

using crypto::DheGroup;
using wire::NamedGroup;

// RFC 3526's 2048-bit group stands for a server's own: a safe prime that RFC 7919 does not name.
DheGroup own_group() {
  BIGNUM* p = BN_get_rfc3526_prime_2048(nullptr);
  DheGroup group{Bytes(256), {2}};
  BN_bn2binpad(p, group.prime.data(), 256);
  BN_free(p);
  return group;
}

Bytes less(Bytes number, int by) {
  BIGNUM* value = BN_bin2bn(number.data(), static_cast<int>(number.size()), nullptr);
  BN_sub_word(value, static_cast<BN_ULONG>(by));
  BN_bn2binpad(value, number.data(), static_cast<int>(number.size()));
  BN_free(value);
  return number;
}

// peer ^ exponent mod prime, as plainly as libcrypto has it.
Bytes plain_secret(const crypto::DhePrivate& own, BytesView peer) {
  const auto number = [](BytesView bytes) {
    return BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr);
  };
  BIGNUM* prime = number(own.group.prime);
  BIGNUM* base = number(peer);
  BIGNUM* exponent = number(own.private_key.view());
  BN_CTX* context = BN_CTX_new();
  EXPECT_EQ(BN_mod_exp(base, base, exponent, prime, context), 1);
  Bytes secret(static_cast<std::size_t>(BN_num_bytes(base)));
  BN_bn2bin(base, secret.data());
  BN_CTX_free(context);
  for (BIGNUM* each : {prime, base, exponent}) BN_free(each);
  return secret;
}

TEST(Dhe, BothSidesAgree) {
  std::vector<DheGroup> groups = {own_group()};
  for (auto group : {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072}) {
    groups.push_back(crypto::dhe_group_of(group));
  }
  for (const auto& group : groups) {
    ASSERT_TRUE(crypto::check(group).ok());
    auto random = random_of(1);
    const auto ours = crypto::dhe_offer(group, random);
    const auto theirs = crypto::dhe_offer(group, random);
    EXPECT_EQ(ours.public_key.size(), group.prime.size());
    EXPECT_NE(ours.public_key, theirs.public_key);
    const auto secret = crypto::dhe_conclude(ours, theirs.public_key);
    ASSERT_TRUE(secret.ok());
    EXPECT_EQ(to_hex(secret->view()),
              to_hex(crypto::dhe_conclude(theirs, ours.public_key)->view()));
    EXPECT_EQ(to_hex(secret->view()), to_hex(plain_secret(ours, theirs.public_key)));
    auto again = random_of(1);
    EXPECT_EQ(crypto::dhe_offer(group, again).public_key, ours.public_key);
  }
}

// RFC 5246 8.1.2: leading zeros go. About one secret in 256 has some; the seeds are the first that give one.
TEST(Dhe, SecretHasNoLeadingZeros) {
  const DheGroup group = own_group();
  auto random = random_of(2);
  const auto ours = crypto::dhe_offer(group, random);
  int shorter = 0;
  // A public value g^n has the secret Y^n: small steps instead of fresh exponents.
  for (int n = 2; n < 2'000 && shorter < 2; ++n) {
    crypto::DhePrivate other{
        group,
        Secret(BytesView(Bytes{static_cast<std::uint8_t>(n >> 8), static_cast<std::uint8_t>(n)})),
        {}};
    const auto secret = crypto::dhe_conclude(other, ours.public_key);
    ASSERT_TRUE(secret.ok());
    ASSERT_FALSE(secret->empty());
    EXPECT_NE(secret->view()[0], 0);
    if (secret->size() == 256) continue;
    ++shorter;
    other.public_key = {1};
    EXPECT_EQ(to_hex(secret->view()), to_hex(plain_secret(other, ours.public_key)));
  }
  EXPECT_EQ(shorter, 2);
}

// RFC 7919 3, 4, 5.1: 1 < Y < p-1, or handshake_failure.
TEST(Dhe, RefusesPublicValuesOutOfRange) {
  for (const auto& group : {own_group(), crypto::dhe_group_of(NamedGroup::ffdhe2048)}) {
    auto random = random_of(3);
    const auto ours = crypto::dhe_offer(group, random);
    Bytes beyond = group.prime;
    beyond.insert(beyond.begin(), 1);
    for (const Bytes& bad : {Bytes{}, Bytes{0}, Bytes{1}, Bytes(256, 0), less(group.prime, 1),
                             group.prime, Bytes(256, 0xff), beyond}) {
      const auto secret = crypto::dhe_conclude(ours, bad);
      ASSERT_FALSE(secret.ok()) << to_hex(bad);
      EXPECT_EQ(secret.failure().reason, Reason::bad_dhe_value);
      EXPECT_EQ(alert_of(secret.failure()), AlertDescription::handshake_failure);
    }
    for (const Bytes& good : {Bytes{2}, Bytes{0, 0, 2}, less(group.prime, 2)}) {
      EXPECT_TRUE(crypto::dhe_conclude(ours, good).ok());
    }
  }
}

// RFC 7919 3: too short a prime is insufficient_security; numbers that are no group's are refused, too.
TEST(Dhe, ChecksAServersGroup) {
  const auto reason = [](const DheGroup& group, unsigned least = crypto::kLeastDheBits) {
    const auto result = crypto::check(group, least);
    return result.ok() ? std::optional<Reason>() : result.failure().reason;
  };
  const DheGroup good = own_group();
  EXPECT_EQ(reason(good), std::nullopt);
  EXPECT_EQ(reason(good, 3072), Reason::weak_dhe_group);
  EXPECT_EQ(alert_of(crypto::check(good, 3072).failure()), AlertDescription::insufficient_security);
  Bytes short_prime(good.prime.begin(), good.prime.begin() + 128);
  short_prime.back() |= 1;
  EXPECT_EQ(reason({short_prime, {2}}), Reason::weak_dhe_group);
  EXPECT_EQ(reason({short_prime, {2}}, 1024), std::nullopt);
  EXPECT_EQ(reason({Bytes(1025, 0xff), {2}}), Reason::bad_dhe_value);
  EXPECT_EQ(reason({less(good.prime, 1), {2}}), Reason::bad_dhe_value) << "even";
  for (const Bytes& generator : {Bytes{}, Bytes{0}, Bytes{1}, less(good.prime, 1), good.prime}) {
    EXPECT_EQ(reason({good.prime, generator}), Reason::bad_dhe_value);
  }
  EXPECT_EQ(reason({{}, {2}}), Reason::weak_dhe_group);
  EXPECT_TRUE(crypto::has_safe_prime(good));
  EXPECT_FALSE(crypto::has_safe_prime({less(good.prime, 2), {2}}));
}

TEST(Dhe, KnowsTheNamedGroups) {
  for (auto group : {NamedGroup::ffdhe2048, NamedGroup::ffdhe3072, NamedGroup::ffdhe4096,
                     NamedGroup::ffdhe6144, NamedGroup::ffdhe8192}) {
    DheGroup numbers = crypto::dhe_group_of(group);
    EXPECT_TRUE(crypto::check(numbers).ok());
    EXPECT_EQ(crypto::name_of(numbers), group);
    numbers.prime.insert(numbers.prime.begin(), 0);
    numbers.generator.insert(numbers.generator.begin(), 0);
    EXPECT_EQ(crypto::name_of(numbers), group) << "leading zeros change nothing";
    numbers.generator = {5};
    EXPECT_EQ(crypto::name_of(numbers), std::nullopt);
  }
  EXPECT_EQ(crypto::name_of(own_group()), std::nullopt);
  EXPECT_EQ(crypto::bits_of(own_group()), 2048U);
}

TEST(Dhe, ReadsParametersFromPem) {
  EVP_PKEY_CTX* context = EVP_PKEY_CTX_new_from_name(nullptr, "DH", nullptr);
  EVP_PKEY* key = nullptr;
  char name[] = "modp_2048";
  OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, name, 0),
                         OSSL_PARAM_construct_end()};
  ASSERT_EQ(EVP_PKEY_fromdata_init(context), 1);
  ASSERT_EQ(EVP_PKEY_fromdata(context, &key, EVP_PKEY_KEY_PARAMETERS, params), 1);
  BIO* bio = BIO_new(BIO_s_mem());
  ASSERT_EQ(PEM_write_bio_Parameters(bio, key), 1);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  const auto read = crypto::dhe_group_from_pem({text, static_cast<std::size_t>(size)});
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(*read, own_group());
  EXPECT_FALSE(crypto::dhe_group_from_pem("-----BEGIN DH PARAMETERS-----").has_value());
  EXPECT_FALSE(crypto::dhe_group_from_pem("").has_value());
  BIO_free(bio);
  EVP_PKEY_free(key);
  EVP_PKEY_CTX_free(context);
}

}  // namespace
}  // namespace stepshake::testing
