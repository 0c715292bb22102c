// ML-KEM alone and in hybrids: known answers, agreement, shares that must be refused, repeatability. Skipped where
// libcrypto has no ML-KEM (before 3.5).
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <array>
#include <span>

#include "crypto/curves.h"
#include "crypto/hash.h"
#include "crypto/kem_groups.h"
#include "crypto/mlkem.h"
#include "key_support.h"

namespace stepshake::crypto {
namespace {

using wire::NamedGroup;

// The accumulated vectors of Go's crypto/mlkem (TestAccumulated): the digest of a hundred keys, encapsulations and
// implicit rejections that a stream feeds. Go publishes that of ML-KEM-768; those of the other two are what PQClean,
// kyber-py and CIRCL agree on with the same procedure.
struct KnownKem {
  MlKem set;
  const char* digest;
};

constexpr KnownKem kKnownKems[] = {
    {MlKem::mlkem512, "86b1b4703b8ffef6f7f3290c6dbce4ad954498a0673ded401a94828e8c519a59"},
    {MlKem::mlkem768, "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415"},
    {MlKem::mlkem1024, "800018fec3e2723f73f1d657fe239b4d5d8782efaade297e8cd448e54cc2ac00"},
};

class MlKemKnown : public ::testing::TestWithParam<KnownKem> {};

TEST_P(MlKemKnown, AccumulatedVectors) {
  const auto [set, digest] = GetParam();
  if (!has_mlkem(set)) GTEST_SKIP() << "libcrypto has no ML-KEM";
  constexpr std::size_t kRounds = 100;
  const std::size_t ciphertext_size = facts_of(set).ciphertext_size;
  const std::size_t round_size = kMlKemSeedSize + kMlKemMessageSize + ciphertext_size;
  const Bytes stream = testing::shake128({}, kRounds * round_size);
  Bytes results;
  for (std::size_t i = 0; i < kRounds; ++i) {
    const BytesView round = BytesView(stream).subspan(i * round_size, round_size);
    const BytesView seed = round.first(kMlKemSeedSize);
    const Bytes key = mlkem_encapsulation_key(set, seed);
    const auto made = mlkem_encapsulate(set, key, round.subspan(kMlKemSeedSize, kMlKemMessageSize));
    ASSERT_TRUE(made);
    const auto secret = mlkem_decapsulate(set, seed, made->ciphertext);
    const auto rejected = mlkem_decapsulate(set, seed, round.last(ciphertext_size));
    ASSERT_TRUE(secret && rejected);
    EXPECT_TRUE(equal(secret->view(), made->shared_secret.view()));
    for (BytesView part :
         {BytesView(key), BytesView(made->ciphertext), secret->view(), rejected->view()}) {
      append(results, part);
    }
  }
  EXPECT_EQ(to_hex(testing::shake128(results, 32)), digest);
}

INSTANTIATE_TEST_SUITE_P(All, MlKemKnown, ::testing::ValuesIn(kKnownKems), [](const auto& tested) {
  return std::string(
      wire::name_of(std::array{NamedGroup::mlkem512, NamedGroup::mlkem768,
                               NamedGroup::mlkem1024}[static_cast<std::size_t>(tested.param.set)]));
});

// What the drafts say of each group: the sizes of the shares and of the secret, and which part comes first.
struct Group {
  NamedGroup group;
  MlKem kem;
  NamedGroup curve;  // without a curve: the group itself
  bool curve_first;
  std::size_t client_share;
  std::size_t server_share;
  std::size_t secret;
};

constexpr Group kGroups[] = {
    {NamedGroup::mlkem512, MlKem::mlkem512, NamedGroup::mlkem512, false, 800, 768, 32},
    {NamedGroup::mlkem768, MlKem::mlkem768, NamedGroup::mlkem768, false, 1184, 1088, 32},
    {NamedGroup::mlkem1024, MlKem::mlkem1024, NamedGroup::mlkem1024, false, 1568, 1568, 32},
    {NamedGroup::x25519mlkem768, MlKem::mlkem768, NamedGroup::x25519, false, 1216, 1120, 64},
    {NamedGroup::secp256r1mlkem768, MlKem::mlkem768, NamedGroup::secp256r1, true, 1249, 1153, 64},
    {NamedGroup::secp384r1mlkem1024, MlKem::mlkem1024, NamedGroup::secp384r1, true, 1665, 1665, 80},
};

class KemGroup : public ::testing::TestWithParam<Group> {
 protected:
  void SetUp() override {
    if (!has(group())) GTEST_SKIP() << "libcrypto has no ML-KEM";
  }
  [[nodiscard]] static NamedGroup group() { return GetParam().group; }
  [[nodiscard]] static bool hybrid() { return GetParam().curve != group(); }

  // Where the curve's part of a whole begins, and the KEM's; the curve's has `curve_size` bytes.
  [[nodiscard]] static BytesView curve_part(BytesView whole, std::size_t curve_size) {
    return GetParam().curve_first ? whole.first(curve_size) : whole.last(curve_size);
  }
  [[nodiscard]] static BytesView kem_part(BytesView whole, std::size_t curve_size) {
    const std::size_t size = whole.size() - curve_size;
    return GetParam().curve_first ? whole.last(size) : whole.first(size);
  }

  Random client_random_{Entropy{1}};
  Random server_random_{Entropy{2}};
};

class Hybrid : public KemGroup {};

TEST_P(KemGroup, BothSidesAgree) {
  const PrivateShare own = offer(group(), client_random_);
  EXPECT_EQ(own.public_key.size(), GetParam().client_share);
  const auto answered = answer(group(), own.public_key, server_random_);
  ASSERT_TRUE(answered);
  EXPECT_EQ(answered->public_key.size(), GetParam().server_share);
  const auto concluded = conclude(own, answered->public_key);
  ASSERT_TRUE(concluded);
  EXPECT_EQ(concluded->size(), GetParam().secret);
  EXPECT_TRUE(equal(concluded->view(), answered->shared_secret.view()));
}

// draft-ietf-tls-ecdhe-mlkem 4: each part of the secret is what its mechanism alone makes of its part of the shares.
TEST_P(Hybrid, JoinsThePartsInTheDraftsOrder) {
  const PrivateShare own = offer(group(), client_random_);
  const auto answered = answer(group(), own.public_key, server_random_);
  ASSERT_TRUE(answered);
  const BytesView secret = answered->shared_secret.view();
  const std::size_t share_size = curve_share_size(GetParam().curve);
  const std::size_t curve_secret_size = GetParam().secret - kMlKemSecretSize;
  const std::size_t private_size = own.private_key.size() - kMlKemSeedSize;

  const BytesView seed = kem_part(own.private_key.view(), private_size);
  EXPECT_EQ(mlkem_encapsulation_key(GetParam().kem, seed),
            to_bytes(kem_part(own.public_key, share_size)));
  const auto kem_secret =
      mlkem_decapsulate(GetParam().kem, seed, kem_part(answered->public_key, share_size));
  ASSERT_TRUE(kem_secret);
  EXPECT_TRUE(equal(kem_secret->view(), kem_part(secret, curve_secret_size)));

  const PrivateShare curve{GetParam().curve,
                           Secret(curve_part(own.private_key.view(), private_size)),
                           to_bytes(curve_part(own.public_key, share_size))};
  const auto curve_secret = conclude(curve, curve_part(answered->public_key, share_size));
  ASSERT_TRUE(curve_secret);
  EXPECT_TRUE(equal(curve_secret->view(), curve_part(secret, curve_secret_size)));
}

TEST_P(KemGroup, IsRepeatable) {
  const auto run = [](std::uint8_t seed) {
    Random client(Entropy{seed});
    Random server(Entropy{7, seed});
    const PrivateShare own = offer(group(), client);
    const auto answered = answer(group(), own.public_key, server);
    return concat({own.public_key, answered->public_key, answered->shared_secret.view()});
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

TEST_P(KemGroup, RefusesSharesOfAnotherSize) {
  const PrivateShare own = offer(group(), client_random_);
  const auto answered = answer(group(), own.public_key, server_random_);
  ASSERT_TRUE(answered);
  const auto resized = [](BytesView share, std::size_t size) {
    Bytes other = to_bytes(share);
    other.resize(size, 1);
    return other;
  };
  for (const std::size_t less : {std::size_t{1}, std::size_t{32}, GetParam().server_share}) {
    for (const bool longer : {false, true}) {
      const auto size_of_share = [&](std::size_t size) {
        return longer ? size + less : size - less;
      };
      const Bytes client = resized(own.public_key, size_of_share(own.public_key.size()));
      const Bytes server =
          resized(answered->public_key, size_of_share(answered->public_key.size()));
      EXPECT_EQ(answer(group(), client, server_random_).failure().reason, Reason::bad_key_share);
      EXPECT_EQ(conclude(own, server).failure().reason, Reason::bad_key_share);
    }
  }
}

// FIPS 203 7.2: each coefficient, 12 bits, must be below q = 3329; draft-ietf-tls-ecdhe-mlkem 4: illegal_parameter.
TEST_P(KemGroup, RefusesAnEncapsulationKeyWithACoefficientOutOfRange) {
  const PrivateShare own = offer(group(), client_random_);
  const std::size_t curve_size = hybrid() ? curve_share_size(GetParam().curve) : 0;
  const std::size_t start = GetParam().curve_first ? curve_size : 0;
  const std::size_t coefficients = GetParam().client_share - curve_size - 32;  // then rho
  for (const std::size_t at : {std::size_t{0}, coefficients / 2 / 3 * 3, coefficients - 3}) {
    for (const unsigned value : {3329U, 4095U}) {
      Bytes share = own.public_key;
      share[start + at] = static_cast<std::uint8_t>(value);
      share[start + at + 1] =
          static_cast<std::uint8_t>((share[start + at + 1] & 0xf0U) | value >> 8U);
      const auto answered = answer(group(), share, server_random_);
      ASSERT_FALSE(answered) << "coefficient " << value << " at byte " << at;
      EXPECT_EQ(answered.failure().reason, Reason::bad_key_share);
      EXPECT_EQ(alert_of(answered.failure()), AlertDescription::illegal_parameter);
    }
  }
}

TEST_P(Hybrid, RefusesABadPoint) {
  const PrivateShare own = offer(group(), client_random_);
  const auto answered = answer(group(), own.public_key, server_random_);
  ASSERT_TRUE(answered);
  const std::size_t curve_size = curve_share_size(GetParam().curve);
  // All zeros: of low order on X25519, not in the uncompressed form on the others.
  const auto spoilt = [&](Bytes share) {
    const std::size_t start = GetParam().curve_first ? 0 : share.size() - curve_size;
    std::fill_n(share.begin() + static_cast<std::ptrdiff_t>(start), curve_size, std::uint8_t{0});
    return share;
  };
  const auto at_server = answer(group(), spoilt(own.public_key), server_random_);
  const auto at_client = conclude(own, spoilt(answered->public_key));
  ASSERT_FALSE(at_server);
  ASSERT_FALSE(at_client);
  EXPECT_EQ(alert_of(at_server.failure()), AlertDescription::illegal_parameter);
  EXPECT_EQ(alert_of(at_client.failure()), AlertDescription::illegal_parameter);
}

// FIPS 203 6.3, implicit rejection: not a failure here, but a secret that nobody else has.
TEST_P(KemGroup, ATamperedCiphertextGivesAnotherSecret) {
  const PrivateShare own = offer(group(), client_random_);
  auto answered = answer(group(), own.public_key, server_random_);
  ASSERT_TRUE(answered);
  const std::size_t start =
      GetParam().curve_first ? curve_share_size(GetParam().curve) : std::size_t{0};
  answered->public_key[start] ^= 1;
  const auto concluded = conclude(own, answered->public_key);
  ASSERT_TRUE(concluded);
  EXPECT_FALSE(equal(concluded->view(), answered->shared_secret.view()));
}

std::string name(const ::testing::TestParamInfo<Group>& tested) {
  return std::string(wire::name_of(tested.param.group));
}

INSTANTIATE_TEST_SUITE_P(All, KemGroup, ::testing::ValuesIn(kGroups), name);
INSTANTIATE_TEST_SUITE_P(All, Hybrid, ::testing::ValuesIn(std::span(kGroups).last(3)), name);

}  // namespace
}  // namespace stepshake::crypto
