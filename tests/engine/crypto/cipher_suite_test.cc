// crypto/cipher_suite.h: the AEADs' known answers, and tampering.
#include "crypto/cipher_suite.h"

#include <gtest/gtest.h>

#include "support/hex.h"

namespace stepshake::testing {
namespace {

using wire::CipherSuite;

struct KnownSeal {
  CipherSuite suite;
  std::string_view key, nonce, aad, plaintext, sealed;
};

// The GCM specification's cases 4's kin with an empty text; RFC 8439 2.8.2.
const std::vector<KnownSeal> kKnownSeals = {
    {CipherSuite::tls_aes_128_gcm_sha256, "00000000000000000000000000000000",
     "000000000000000000000000", "", "00000000000000000000000000000000",
     "0388dace60b6a392f328c2b971b2fe78ab6e47d42cec13bdf53a67b21257bddf"},
    {CipherSuite::tls_aes_256_gcm_sha384,
     "0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {CipherSuite::tls_chacha20_poly1305_sha256,
     "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f", "070000004041424344454647",
     "50515253c0c1c2c3c4c5c6c7",
     "4c616469657320616e642047656e746c656d656e206f662074686520636c617373206f66202739393a20"
     "4966204920636f756c64206f6666657220796f75206f6e6c79206f6e652074697020666f722074686520"
     "6675747572652c2073756e73637265656e20776f756c642062652069742e",
     "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fa"
     "fb69da92728b1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4"
     "fad675945585808b4831d7bc3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecb"
     "d0600691"},
};

TEST(Aead, KnownAnswers) {
  for (const auto& known : kKnownSeals) {
    const auto facts = *crypto::facts_of(known.suite);
    Bytes out;
    crypto::seal(facts, hex(known.key), hex(known.nonce), hex(known.aad), {hex(known.plaintext)},
                 out);
    EXPECT_EQ(to_hex(out), known.sealed);
    const auto opened = crypto::open(facts, hex(known.key), hex(known.nonce), hex(known.aad), out);
    ASSERT_TRUE(opened.has_value());
    EXPECT_EQ(to_hex(*opened), known.plaintext);
  }
}

class EachSuite : public ::testing::TestWithParam<CipherSuite> {
 protected:
  crypto::SuiteFacts facts = *crypto::facts_of(GetParam());
  Bytes key = Bytes(facts.key_size, 1);
  Bytes nonce = Bytes(12, 2);
};

TEST_P(EachSuite, OpensWhatItSealsAtEverySize) {
  for (std::size_t size : {0U, 1U, 15U, 16U, 17U, 64U, 16'385U}) {
    const Bytes text(size, 3);
    Bytes out = {0xee};
    crypto::seal(facts, key, nonce, Bytes{1, 2}, {text}, out);
    EXPECT_EQ(out.size(), 1 + size + facts.tag_size) << "it appends";
    EXPECT_EQ(crypto::open(facts, key, nonce, Bytes{1, 2}, BytesView(out).subspan(1)), text);
  }
}

TEST_P(EachSuite, SealsPartsAsOneText) {
  Bytes parts;
  Bytes whole;
  crypto::seal(facts, key, nonce, Bytes{5}, {Bytes{1, 2}, Bytes{}, Bytes{3}}, parts);
  crypto::seal(facts, key, nonce, Bytes{5}, {Bytes{1, 2, 3}}, whole);
  EXPECT_EQ(parts, whole);
}

TEST_P(EachSuite, RefusesEveryTampering) {
  Bytes out;
  crypto::seal(facts, key, nonce, Bytes{1, 2}, {Bytes(20, 3)}, out);
  for (std::size_t bit = 0; bit < out.size() * 8; ++bit) {
    Bytes bent = out;
    bent[bit / 8] ^= static_cast<std::uint8_t>(1U << (bit % 8));
    EXPECT_FALSE(crypto::open(facts, key, nonce, Bytes{1, 2}, bent).has_value());
  }
  for (std::size_t size = 0; size < out.size(); ++size) {
    EXPECT_FALSE(
        crypto::open(facts, key, nonce, Bytes{1, 2}, BytesView(out).first(size)).has_value());
  }
  EXPECT_FALSE(crypto::open(facts, key, nonce, Bytes{1, 3}, out).has_value());
  EXPECT_FALSE(crypto::open(facts, key, Bytes(12, 9), Bytes{1, 2}, out).has_value());
  EXPECT_FALSE(crypto::open(facts, Bytes(facts.key_size, 9), nonce, Bytes{1, 2}, out).has_value());
}

INSTANTIATE_TEST_SUITE_P(Aead, EachSuite,
                         ::testing::Values(CipherSuite::tls_aes_128_gcm_sha256,
                                           CipherSuite::tls_aes_256_gcm_sha384,
                                           CipherSuite::tls_chacha20_poly1305_sha256,
                                           CipherSuite::tls_aes_128_ccm_sha256,
                                           CipherSuite::tls_aes_128_ccm_8_sha256),
                         [](const auto& of) { return std::string(wire::name_of(of.param)); });

// RFC 8446 B.4
TEST(SuiteFacts, AreTheRfcs) {
  EXPECT_FALSE(crypto::facts_of(CipherSuite{0xfafa}).has_value());
  EXPECT_EQ(crypto::facts_of(CipherSuite::tls_aes_256_gcm_sha384)->hash,
            crypto::HashAlgorithm::sha384);
  EXPECT_EQ(crypto::facts_of(CipherSuite::tls_aes_128_ccm_8_sha256)->tag_size, 8U);
}

}  // namespace
}  // namespace stepshake::testing
