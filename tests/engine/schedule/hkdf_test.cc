// schedule/hkdf.h: RFC 5869's test cases, and the labelled form of RFC 8446 7.1.
#include "schedule/hkdf.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::HashAlgorithm;

// RFC 5869 A.1
TEST(Hkdf, FirstCase) {
  const Secret prk = schedule::hkdf_extract(HashAlgorithm::sha256,
                                            hex("000102030405060708090a0b0c"), Bytes(22, 0x0b));
  EXPECT_EQ(hex_of(prk), "077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
  EXPECT_EQ(hex_of(schedule::hkdf_expand({HashAlgorithm::sha256, prk.view()},
                                         {hex("f0f1f2f3f4f5f6f7f8f9")}, 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
}

// RFC 5869 A.3: no salt, no info.
TEST(Hkdf, ThirdCase) {
  const Secret prk = schedule::hkdf_extract(HashAlgorithm::sha256, {}, Bytes(22, 0x0b));
  EXPECT_EQ(hex_of(prk), "19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04");
  EXPECT_EQ(hex_of(schedule::hkdf_expand({HashAlgorithm::sha256, prk.view()}, {}, 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

// RFC 8446 7.1: the label is HkdfLabel{length, "tls13 " + label, context}.
TEST(Hkdf, ExpandLabelIsExpandWithTheLabelSpeltOut) {
  const Bytes secret(48, 3);
  EXPECT_EQ(
      hex_of(schedule::hkdf_expand_label({HashAlgorithm::sha384, secret}, "key", hex("aabb"), 32)),
      hex_of(schedule::hkdf_expand({HashAlgorithm::sha384, secret},
                                   {hex("0020 09 746c733133206b6579 02"), hex("aabb")}, 32)));
}

TEST(Hkdf, ExpandGivesTheLengthThatIsAskedFor) {
  for (std::size_t length : {1U, 31U, 32U, 33U, 255U * 32U}) {
    const Secret out = schedule::hkdf_expand({HashAlgorithm::sha256, Bytes(32, 1)}, {}, length);
    EXPECT_EQ(out.size(), length);
  }
  const Secret shorter = schedule::hkdf_expand({HashAlgorithm::sha256, Bytes(32, 1)}, {}, 40);
  const Secret longer = schedule::hkdf_expand({HashAlgorithm::sha256, Bytes(32, 1)}, {}, 100);
  EXPECT_TRUE(same(shorter.view(), longer.view().first(40)));
}

}  // namespace
}  // namespace stepshake::testing
