// crypto/key_exchange.h on the curves: agreement, repetition, and shares that are none. Known answers for X25519 and
// P-256 are those of tests/vectors/; the finite fields and the KEMs have files of their own.
#include "crypto/key_exchange.h"

#include <gtest/gtest.h>

#include "key_support.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using wire::NamedGroup;

struct Curve {
  NamedGroup group;
  std::size_t share, shared;
};

class EachCurve : public ::testing::TestWithParam<Curve> {
 protected:
  NamedGroup group = GetParam().group;
  bool weierstrass = GetParam().share % 2 == 1;
  crypto::PrivateShare offered() const {
    auto random = random_of(1);
    return crypto::offer(group, random);
  }
  // The share, refused by both sides alike with illegal_parameter (RFC 8446 4.2.8.2, 7.4).
  void expect_refused(BytesView share) const {
    auto random = random_of(2);
    const auto answer = crypto::answer(group, share, random);
    const auto conclusion = crypto::conclude(offered(), share);
    ASSERT_FALSE(answer.ok()) << to_hex(share);
    ASSERT_FALSE(conclusion.ok()) << to_hex(share);
    EXPECT_EQ(alert_of(answer.failure()), AlertDescription::illegal_parameter);
    EXPECT_EQ(alert_of(conclusion.failure()), AlertDescription::illegal_parameter);
  }
};

TEST_P(EachCurve, BothSidesAgree) {
  for (std::uint8_t seed = 0; seed < 8; ++seed) {
    auto random = random_of(seed);
    const auto own = crypto::offer(group, random);
    EXPECT_EQ(own.public_key.size(), GetParam().share);
    const auto answer = crypto::answer(group, own.public_key, random);
    ASSERT_TRUE(answer.ok());
    const auto concluded = crypto::conclude(own, answer->public_key);
    ASSERT_TRUE(concluded.ok());
    EXPECT_EQ(concluded->size(), GetParam().shared) << "leading zeros are kept (RFC 8446 7.4.2)";
    EXPECT_TRUE(same(concluded->view(), answer->shared_secret.view()));
  }
}

TEST_P(EachCurve, TheSameEntropyGivesTheSameShare) {
  EXPECT_EQ(offered().public_key, offered().public_key);
  auto other = random_of(9);
  EXPECT_NE(offered().public_key, crypto::offer(group, other).public_key);
}

TEST_P(EachCurve, AShareOfAnotherSizeIsRefused) {
  const Bytes good = offered().public_key;
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, good.size() - 1, good.size() + 1, 2 * good.size()}) {
    Bytes share = good;
    share.resize(size);
    expect_refused(share);
  }
}

TEST_P(EachCurve, AShareThatIsNoPointOrOfLowOrderIsRefused) {
  const std::size_t size = GetParam().share;
  if (!weierstrass) {
    expect_refused(Bytes(size));
    Bytes one(size);
    one[0] = 1;
    expect_refused(one);
    return;
  }
  Bytes share = offered().public_key;
  share.back() ^= 1;
  expect_refused(share);
  for (std::uint8_t form : Bytes{0, 2, 3, 5, 6, 7, 255}) {
    Bytes formed = offered().public_key;
    formed[0] = form;
    expect_refused(formed);
  }
  for (std::uint8_t filler : Bytes{0x00, 0xff}) {
    Bytes filled(size, filler);
    filled[0] = 4;
    expect_refused(filled);
  }
  Bytes compressed(offered().public_key);
  compressed.resize(1 + size / 2);
  compressed[0] = 2;
  expect_refused(compressed);
}

INSTANTIATE_TEST_SUITE_P(Curves, EachCurve,
                         ::testing::Values(Curve{NamedGroup::x25519, 32, 32},
                                           Curve{NamedGroup::x448, 56, 56},
                                           Curve{NamedGroup::secp256r1, 65, 32},
                                           Curve{NamedGroup::secp384r1, 97, 48},
                                           Curve{NamedGroup::secp521r1, 133, 66}),
                         [](const auto& of) { return std::string(wire::name_of(of.param.group)); });

// RFC 7748 4.1, and libsodium's list: every point of small order, its non-canonical forms too.
TEST(X25519, EveryPointOfLowOrderIsRefused) {
  auto random = random_of(3);
  const auto own = crypto::offer(NamedGroup::x25519, random);
  for (const char* point : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
                            "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"}) {
    const auto shared = crypto::conclude(own, hex(point));
    ASSERT_FALSE(shared.ok()) << point;
    EXPECT_EQ(alert_of(shared.failure()), AlertDescription::illegal_parameter);
  }
}

TEST(Groups, ThatDoNotExistAreNotHad) { EXPECT_FALSE(crypto::has(NamedGroup{0xfafa})); }

}  // namespace
}  // namespace stepshake::testing
