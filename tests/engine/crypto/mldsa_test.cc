// ML-DSA signatures (FIPS 204), and which schemes may sign a handshake at all. The parts with ML-DSA are skipped where
// libcrypto has none (before 3.5).
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "crypto/chain.h"
#include "crypto/hash.h"
#include "crypto/issue.h"
#include "crypto/signature.h"
#include "crypto/x509.h"
#include "key_support.h"

namespace stepshake::crypto {
namespace {

using wire::SignatureScheme;

// `digest`: C2SP's accumulated vectors (CCTV, ML-DSA): a hundred key pairs from seeds, each with the deterministic
// signature of the empty message; SHAKE128 over all public keys and signatures.
struct KnownSignatures {
  SignatureScheme scheme;
  KeyType type;
  std::uint8_t algorithm;  // the last arc of 2.16.840.1.101.3.4.3.x
  std::size_t public_key_size;
  std::size_t signature_size;
  const char* digest;
};

constexpr KnownSignatures kKnownSignatures[] = {
    {SignatureScheme::mldsa44, KeyType::mldsa44, 17, 1312, 2420,
     "d51148e1f9f4fa1a723a6cf42e25f2a99eb5c1b378b3d2dbbd561b1203beeae4"},
    {SignatureScheme::mldsa65, KeyType::mldsa65, 18, 1952, 3309,
     "8358a1843220194417cadbc2651295cd8fc65125b5a5c1a239a16dc8b57ca199"},
    {SignatureScheme::mldsa87, KeyType::mldsa87, 19, 2592, 4627,
     "8c3ad714777622b8f21ce31bb35f71394f23bc0fcf3c78ace5d608990f3b061b"},
};

// RFC 9881 6: the PKCS #8 form that holds the seed alone.
PrivateKey key_from_seed(const KnownSignatures& known, BytesView seed) {
  const Bytes head = *from_hex("3034 020100 300b 0609 6086480165030403");
  const Bytes der = concat({head, Bytes{known.algorithm}, *from_hex("0422 8020"), seed});
  const std::uint8_t* at = der.data();
  EVP_PKEY* key = d2i_AutoPrivateKey(nullptr, &at, static_cast<long>(der.size()));
  return PrivateKey(std::shared_ptr<EVP_PKEY>(key, EVP_PKEY_free));
}

Bytes raw_public_key(const KnownSignatures& known, const PrivateKey& key) {
  Bytes raw(known.public_key_size);
  std::size_t size = raw.size();
  EXPECT_EQ(EVP_PKEY_get_raw_public_key(key.get(), raw.data(), &size), 1);
  EXPECT_EQ(size, raw.size());
  return raw;
}

class MlDsa : public ::testing::TestWithParam<KnownSignatures> {
 protected:
  void SetUp() override {
    if (!has(GetParam().scheme)) GTEST_SKIP() << "libcrypto has no ML-DSA";
  }
  Random random_{Entropy{1}};
};

TEST_P(MlDsa, AccumulatedVectors) {
  constexpr std::size_t kRounds = 100;
  constexpr std::size_t kSeedSize = 32;
  const Bytes seeds = testing::shake128({}, kRounds * kSeedSize);
  Bytes results;
  for (std::size_t i = 0; i < kRounds; ++i) {
    const auto key = key_from_seed(GetParam(), BytesView(seeds).subspan(i * kSeedSize, kSeedSize));
    ASSERT_EQ(key.type(), GetParam().type);
    append(results, raw_public_key(GetParam(), key));
    const auto signature = sign(GetParam().scheme, key, BytesView(), Nonces::from_entropy, random_);
    ASSERT_TRUE(signature);
    EXPECT_EQ(signature->size(), GetParam().signature_size);
    append(results, *signature);
  }
  EXPECT_EQ(to_hex(testing::shake128(results, 32)), GetParam().digest);
}

TEST_P(MlDsa, VerifiesWhatItSigns) {
  const auto key = generate_key(GetParam().type);
  ASSERT_TRUE(key);
  EXPECT_TRUE(fits(GetParam().scheme, *key));
  const PublicKey public_half(std::shared_ptr<evp_pkey_st>(key->get(), [](evp_pkey_st*) {}));
  const BytesView message = view_of("what was said");
  for (const Nonces nonces : {Nonces::libcrypto, Nonces::from_entropy}) {
    auto signature = sign(GetParam().scheme, *key, message, nonces, random_);
    ASSERT_TRUE(signature);
    EXPECT_TRUE(verify(GetParam().scheme, public_half, message, *signature));
    EXPECT_FALSE(verify(GetParam().scheme, public_half, view_of("what was not"), *signature));
    EXPECT_FALSE(verify(GetParam().scheme, public_half, message,
                        BytesView(*signature).first(signature->size() - 1)));
    signature->front() ^= 1;
    EXPECT_FALSE(verify(GetParam().scheme, public_half, message, *signature));
  }
}

TEST_P(MlDsa, IsRepeatableOnlyWhenAsked) {
  const auto key = generate_key(GetParam().type);
  ASSERT_TRUE(key);
  const auto signed_with = [&](Nonces nonces) {
    return *sign(GetParam().scheme, *key, view_of("twice"), nonces, random_);
  };
  EXPECT_EQ(signed_with(Nonces::from_entropy), signed_with(Nonces::from_entropy));
  EXPECT_NE(signed_with(Nonces::libcrypto), signed_with(Nonces::libcrypto));
}

TEST_P(MlDsa, FitsNoOtherKey) {
  const auto key = generate_key(GetParam().type);
  ASSERT_TRUE(key);
  for (const KnownSignatures& other : kKnownSignatures) {
    EXPECT_EQ(fits(other.scheme, *key), other.scheme == GetParam().scheme);
  }
  EXPECT_FALSE(fits(SignatureScheme::ed25519, *key));
}

TEST_P(MlDsa, IssuesLeavesAndAuthorities) {
  constexpr std::int64_t kStart = 1'767'225'600;
  const CertificateRequestFacts facts{"ml-dsa.test", "DNS:ml-dsa.test", kStart, kStart + 1000};
  const auto authority = issue_authority(GetParam().type, facts);
  ASSERT_TRUE(authority);
  const auto leaf = issue_leaf(GetParam().type, facts, *authority);
  ASSERT_TRUE(leaf);
  const auto key = public_key_of(leaf->certificate);
  ASSERT_TRUE(key);
  EXPECT_EQ(key->type(), GetParam().type);
  EXPECT_TRUE(belongs_to(leaf->key, *key));
  EXPECT_TRUE(belongs_to(*private_key_from_pem(to_pem(leaf->key)), *key));
  const Verdict verdict = verify_chain({leaf->certificate}, TrustAnchors({authority->certificate}),
                                       {Purpose::server, "ml-dsa.test", kStart + 1});
  EXPECT_EQ(verdict.code, 0) << verdict.text;
}

INSTANTIATE_TEST_SUITE_P(All, MlDsa, ::testing::ValuesIn(kKnownSignatures), [](const auto& tested) {
  return std::string(wire::name_of(tested.param.scheme));
});

// RFC 8446 4.2.3: these values refer solely to signatures in certificates and are not defined for use in signed TLS
// handshake messages.
TEST(CertificateSchemes, NeverFitAHandshake) {
  using enum SignatureScheme;
  Random random(Entropy{1});
  for (const KeyType type : {KeyType::rsa, KeyType::ec_p256}) {
    const auto key = generate_key(type);
    ASSERT_TRUE(key);
    for (const auto scheme :
         {rsa_pkcs1_sha256, rsa_pkcs1_sha384, rsa_pkcs1_sha512, rsa_pkcs1_sha1, ecdsa_sha1}) {
      EXPECT_TRUE(has(scheme));
      EXPECT_FALSE(fits(scheme, *key));
      EXPECT_FALSE(sign(scheme, *key, view_of("no"), Nonces::libcrypto, random));
    }
  }
}

}  // namespace
}  // namespace stepshake::crypto
