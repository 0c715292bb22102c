// schedule/tls12_prf.h and tls12_secrets.h: published answers, and libcrypto's own TLS1-PRF as a second opinion.
#include "schedule/tls12_secrets.h"

#include <gtest/gtest.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include "crypto/cipher_suite12.h"
#include "support/hex.h"

namespace stepshake::testing {
namespace {

using crypto::HashAlgorithm;
using schedule::Prf;
using wire::CipherSuite;
using wire::ProtocolVersion;

constexpr Prf kSha256{ProtocolVersion::tls_1_2, HashAlgorithm::sha256};
constexpr Prf kSha384{ProtocolVersion::tls_1_2, HashAlgorithm::sha384};
constexpr Prf kOld{ProtocolVersion::tls_1_1, HashAlgorithm::sha256};

schedule::HelloRandoms randoms() {
  schedule::HelloRandoms both;
  both.client.fill(0xc1);
  both.server.fill(0x5e);
  return both;
}

// The vectors that went over the TLS working group's list when TLS 1.2 was new.
TEST(Prf, PublishedAnswers) {
  EXPECT_EQ(
      to_hex(kSha256(hex("9bbe436ba940f017b17652849a71db35"), "test label",
                     {hex("a0ba9f936cda311827a6f796ffd5198c")}, 100)
                 .view()),
      "e3f229ba727be17b8d122620557cd453c2aab21d07c3d495329b52d4e61edb5a6b301791e90d35c9c9a46b4e"
      "14baf9af0fa022f7077def17abfd3797c0564bab4fbc91666e9def9b97fce34f796789baa48082d122ee42c5"
      "a72e5a5110fff70187347b66");
  EXPECT_EQ(
      to_hex(kSha384(hex("b80b733d6ceefcdc71566ea48e5567df"), "test label",
                     {hex("cd665cf6a8447dd6ff8b27555edb7465")}, 148)
                 .view()),
      "7b0c18e9ced410ed1804f2cfa34a336a1c14dffb4900bb5fd7942107e81c83cde9ca0faa60be9fe34f82b123"
      "3c9146a0e534cb400fed2700884f9dc236f80edd8bfa961144c9e8d792eca722a7b32fc3d416d473ebc2c5fd"
      "4abfdad05d9184259b5bf8cd4d90fa0d31e2dec479e4f1a26066f2eea9a69236a3e52655c9e9aee691c8f3a2"
      "6854308d5eaa3be85e0990703d73e56f");
}

// OpenSSL's TLS1-PRF: "MD5-SHA1" stands for the function of TLS 1.0 and 1.1.
Bytes library_prf(const char* digest, BytesView secret, std::string_view label, BytesView seed,
                  std::size_t size) {
  EVP_KDF* kdf = EVP_KDF_fetch(nullptr, "TLS1-PRF", nullptr);
  EVP_KDF_CTX* context = EVP_KDF_CTX_new(kdf);
  const OSSL_PARAM params[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, const_cast<char*>(digest), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SECRET,
                                        const_cast<std::uint8_t*>(secret.data()), secret.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, const_cast<char*>(label.data()),
                                        label.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SEED, const_cast<std::uint8_t*>(seed.data()),
                                        seed.size()),
      OSSL_PARAM_construct_end()};
  Bytes out(size);
  EXPECT_EQ(EVP_KDF_derive(context, out.data(), out.size(), params), 1);
  EVP_KDF_CTX_free(context);
  EVP_KDF_free(kdf);
  return out;
}

TEST(Prf, IsLibcryptos) {
  const Bytes seed(64, 0x33);
  for (std::size_t secret_size : {1U, 2U, 31U, 32U, 47U, 48U, 49U, 129U, 300U}) {
    Bytes secret(secret_size);
    for (std::size_t i = 0; i < secret_size; ++i) secret[i] = static_cast<std::uint8_t>(3 * i + 1);
    for (std::size_t size : {1U, 12U, 16U, 47U, 48U, 104U, 136U}) {
      EXPECT_EQ(to_hex(kSha256(secret, "key expansion", {seed}, size).view()),
                to_hex(library_prf("SHA2-256", secret, "key expansion", seed, size)));
      EXPECT_EQ(to_hex(kSha384(secret, "key expansion", {seed}, size).view()),
                to_hex(library_prf("SHA2-384", secret, "key expansion", seed, size)));
      EXPECT_EQ(to_hex(kOld(secret, "key expansion", {seed}, size).view()),
                to_hex(library_prf("MD5-SHA1", secret, "key expansion", seed, size)));
    }
  }
}

TEST(Prf, TakesTheSeedInParts) {
  const Bytes secret(48, 1);
  EXPECT_TRUE(same(kSha256(secret, "x", {Bytes{1, 2}, Bytes{}, Bytes{3}}, 40).view(),
                   kSha256(secret, "x", {Bytes{1, 2, 3}}, 40).view()));
}

// RFC 5246 5, RFC 4346 5 and 7.4.9.
TEST(Prf, IsTheSuitesOnlyInTls12) {
  const auto suite = CipherSuite::tls_ecdhe_rsa_with_aes_256_cbc_sha384;
  EXPECT_EQ(schedule::prf_of(ProtocolVersion::tls_1_2, suite).transcript_hash({}).size(), 48U);
  EXPECT_EQ(schedule::prf_of(ProtocolVersion::tls_1_2, CipherSuite::tls_rsa_with_null_sha)
                .transcript_hash({})
                .size(),
            32U);
  for (auto version : {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_1}) {
    EXPECT_EQ(to_hex(schedule::prf_of(version, suite).transcript_hash(view_of("abc"))),
              "900150983cd24fb0d6963f7d28e17f72a9993e364706816aba3e25717850c26c9cd0d89d");
  }
}

// RFC 4279 2
TEST(PskPremaster, HasTheOtherSecretOrZerosBeforeThePsk) {
  EXPECT_EQ(to_hex(schedule::psk_premaster({}, hex("0a0b0c")).view()),
            "00030000000003"
            "0a0b0c");
  EXPECT_EQ(to_hex(schedule::psk_premaster(hex("ff01"), hex("0a0b0c")).view()),
            "0002ff0100030a0b0c");
  EXPECT_EQ(schedule::psk_premaster(Bytes(300, 1), Bytes(256, 2)).size(), 560U);
}

// RFC 5246 8.1, RFC 7627 4: which label, and what it is over.
TEST(MasterSecret, IsOverTheRandomsOrTheSessionHash) {
  const Bytes premaster(48, 3);
  const Bytes hash(32, 9);
  const auto plain = schedule::master_secret(kSha256, premaster, randoms());
  EXPECT_EQ(to_hex(plain.secret.view()),
            to_hex(library_prf("SHA2-256", premaster, "master secret",
                               concat({Bytes(32, 0xc1), Bytes(32, 0x5e)}), 48)));
  EXPECT_FALSE(plain.extended);
  const auto extended = schedule::extended_master_secret(kSha256, premaster, hash);
  EXPECT_EQ(to_hex(extended.secret.view()),
            to_hex(library_prf("SHA2-256", premaster, "extended master secret", hash, 48)));
  EXPECT_TRUE(extended.extended);
}

schedule::MasterSecret12 master_of(const Prf& prf) {
  return {prf, Secret(BytesView(Bytes(48, 0x77))), false};
}

Bytes joined(const crypto::RecordKeys& client, const crypto::RecordKeys& server) {
  return concat({client.mac_key.view(), server.mac_key.view(), client.key.view(), server.key.view(),
                 client.iv.view(), server.iv.view()});
}

// RFC 5246 6.3: which of the suite's keys there are, and in which order they come out of the key block.
TEST(RecordKeys, AreTheKeyBlockInOrder) {
  for (auto suite : crypto::suites12()) {
    const auto& facts = *crypto::facts12_of(suite);
    for (auto version :
         {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_1, ProtocolVersion::tls_1_2}) {
      const Prf prf = schedule::prf_of(version, suite);
      const Secret made = schedule::key_block(master_of(prf), suite, randoms());
      const auto of = [&](schedule::Sender sender, bool encrypt_then_mac) {
        return schedule::record_keys(made, sender, suite, version, encrypt_then_mac);
      };
      const auto client = of(schedule::Sender::client, true);
      const auto server = of(schedule::Sender::server, true);
      const bool cbc = facts.kind == crypto::CipherKind::cbc;
      const std::size_t iv = cbc && version == ProtocolVersion::tls_1_0 ? 16 : facts.fixed_iv_size;
      const std::size_t size = 2 * (facts.mac_size + facts.key_size + iv);
      const Bytes block = to_bytes(
          prf(Bytes(48, 0x77), "key expansion", {Bytes(32, 0x5e), Bytes(32, 0xc1)}, size).view());
      EXPECT_EQ(to_hex(joined(client, server)), to_hex(block)) << wire::name_of(suite);
      for (const auto* keys : {&client, &server}) {
        EXPECT_EQ(keys->suite, suite);
        EXPECT_EQ(keys->version, version);
        EXPECT_EQ(keys->mac_key.size(), facts.mac_size);
        EXPECT_EQ(keys->key.size(), facts.key_size);
        // RFC 7366 3: stream ciphers and AEADs stay as they are.
        EXPECT_EQ(keys->encrypt_then_mac, cbc);
      }
      EXPECT_FALSE(of(schedule::Sender::client, false).encrypt_then_mac);
    }
  }
}

// RFC 5246 7.4.9: 12 bytes, and not the same from both ends.
TEST(VerifyData, IsOfTheFinisherAndTheTranscript) {
  const Bytes hash(32, 5);
  for (const auto& [finisher, label] : {std::pair{schedule::Sender::client, "client finished"},
                                        std::pair{schedule::Sender::server, "server finished"}}) {
    EXPECT_EQ(to_hex(schedule::verify_data(master_of(kSha256), finisher, hash).view()),
              to_hex(library_prf("SHA2-256", Bytes(48, 0x77), label, hash, 12)));
  }
}

// RFC 5705 4
TEST(Exporter12, TellsNoContextFromAnEmptyOne) {
  const auto master = master_of(kSha256);
  const auto exported = [&](std::optional<BytesView> context) {
    return to_hex(
        schedule::exported_keying_material12(master, randoms(), "EXPORTER-test", context, 40)
            .view());
  };
  const Bytes both = concat({Bytes(32, 0xc1), Bytes(32, 0x5e)});
  const auto expected = [&](BytesView more) {
    return to_hex(
        library_prf("SHA2-256", Bytes(48, 0x77), "EXPORTER-test", concat({both, more}), 40));
  };
  EXPECT_EQ(exported(std::nullopt), expected({}));
  EXPECT_EQ(exported(BytesView()), expected(hex("0000")));
  EXPECT_EQ(exported(Bytes{1, 2, 3}), expected(hex("0003010203")));
}

}  // namespace
}  // namespace stepshake::testing
