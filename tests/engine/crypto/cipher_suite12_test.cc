// crypto/cipher_suite12.h: each suite's facts, read off its name.
#include "crypto/cipher_suite12.h"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "crypto/cipher_suite.h"

namespace stepshake::testing {
namespace {

using crypto::Authentication;
using crypto::CipherKind;
using crypto::HashAlgorithm;
using crypto::KeyExchange;
using wire::CipherSuite;
using wire::ProtocolVersion;

std::vector<CipherSuite> all_suites() {
  std::vector<CipherSuite> suites;
  for (std::uint32_t number = 0; number < 0x10000; ++number) {
    const auto suite = static_cast<CipherSuite>(number);
    if (crypto::facts12_of(suite)) suites.push_back(suite);
  }
  return suites;
}

// "TLS_" exchange "_WITH_" protection.
struct Name {
  std::string whole;
  std::string exchange;
  std::string protection;

  explicit Name(CipherSuite suite) : whole(wire::name_of(suite)) {
    const auto with = whole.find("_WITH_");
    exchange = whole.substr(4, with - 4);
    protection = whole.substr(with + 6);
  }
  [[nodiscard]] bool has(std::string_view part) const {
    return protection.find(part) != std::string::npos;
  }
};

TEST(Suites12, AreNinetyThreeAndNoneOfTls13) {
  EXPECT_EQ(all_suites().size(), 93U);
  EXPECT_EQ(crypto::suites12(), all_suites()) << "this libcrypto has them all";
  for (auto suite : all_suites()) EXPECT_FALSE(crypto::facts_of(suite).has_value());
  EXPECT_EQ(crypto::facts12_of(CipherSuite::tls_aes_128_gcm_sha256), nullptr);
  for (auto signal : {wire::kEmptyRenegotiationInfoScsv, wire::kFallbackScsv}) {
    EXPECT_EQ(crypto::facts12_of(signal), nullptr);
  }
  EXPECT_EQ(wire::number_of(wire::kEmptyRenegotiationInfoScsv), 0x00ff);  // RFC 5746 3.3
  EXPECT_EQ(wire::number_of(wire::kFallbackScsv), 0x5600);                // RFC 7507 2
}

TEST(Suites12, KeyExchangeIsTheNames) {
  const std::map<std::string, std::pair<KeyExchange, Authentication>> expected = {
      {"RSA", {KeyExchange::rsa, Authentication::rsa}},
      {"DHE_RSA", {KeyExchange::dhe, Authentication::rsa}},
      {"ECDHE_RSA", {KeyExchange::ecdhe, Authentication::rsa}},
      {"ECDHE_ECDSA", {KeyExchange::ecdhe, Authentication::ecdsa}},
      {"PSK", {KeyExchange::psk, Authentication::psk}},
      {"DHE_PSK", {KeyExchange::dhe_psk, Authentication::psk}},
      {"PSK_DHE", {KeyExchange::dhe_psk, Authentication::psk}},  // RFC 6655 has it so
      {"ECDHE_PSK", {KeyExchange::ecdhe_psk, Authentication::psk}},
      {"RSA_PSK", {KeyExchange::rsa_psk, Authentication::rsa}},
  };
  for (auto suite : all_suites()) {
    const Name name(suite);
    const auto& facts = *crypto::facts12_of(suite);
    EXPECT_EQ((std::pair{facts.key_exchange, facts.authentication}), expected.at(name.exchange))
        << name.whole;
    const bool psk = name.exchange.find("PSK") != std::string::npos;
    EXPECT_EQ(crypto::uses_psk(facts.key_exchange), psk);
    EXPECT_EQ(crypto::is_ephemeral(facts.key_exchange),
              name.exchange.find("DHE") != std::string::npos);
    EXPECT_EQ(crypto::has_certificate(facts.key_exchange), !psk || name.exchange == "RSA_PSK");
  }
}

TEST(Suites12, CipherAndSizesAreTheNames) {
  for (auto suite : all_suites()) {
    const Name name(suite);
    const auto& facts = *crypto::facts12_of(suite);
    SCOPED_TRACE(name.whole);
    const CipherKind kind = name.has("NULL")  ? CipherKind::null
                            : name.has("CBC") ? CipherKind::cbc
                                              : CipherKind::aead;
    EXPECT_EQ(facts.kind, kind);
    EXPECT_EQ(facts.aead.has_value(), kind == CipherKind::aead);
    EXPECT_EQ(facts.mac.has_value(), kind != CipherKind::aead);
    EXPECT_EQ(facts.key_size, kind == CipherKind::null ? 0U : name.has("AES_128") ? 16U : 32U);
    EXPECT_EQ(facts.block_size, kind == CipherKind::cbc ? 16U : 0U);
    // RFC 5288 3, RFC 6655 3, RFC 7905 2; RFC 5246 6.2.3.2
    const bool chacha = name.has("CHACHA20");
    EXPECT_EQ(facts.fixed_iv_size, kind != CipherKind::aead ? 0U : chacha ? 12U : 4U);
    EXPECT_EQ(facts.record_iv_size, kind == CipherKind::null  ? 0U
                                    : kind == CipherKind::cbc ? 16U
                                    : chacha                  ? 0U
                                                              : 8U);
    EXPECT_EQ(facts.tag_size, kind != CipherKind::aead ? 0U : name.has("CCM_8") ? 8U : 16U);
    if (!facts.mac) continue;
    EXPECT_EQ(*facts.mac, name.has("SHA384")   ? HashAlgorithm::sha384
                          : name.has("SHA256") ? HashAlgorithm::sha256
                                               : HashAlgorithm::sha1);
    EXPECT_EQ(facts.mac_size, crypto::size_of(*facts.mac));
  }
}

// RFC 5246 5: SHA-256, and SHA-384 where the suite's name says so.
TEST(Suites12, PrfIsTheNames) {
  for (auto suite : all_suites()) {
    EXPECT_EQ(crypto::facts12_of(suite)->prf_hash,
              Name(suite).has("SHA384") ? HashAlgorithm::sha384 : HashAlgorithm::sha256)
        << wire::name_of(suite);
  }
}

// RFC 5288 3, RFC 5289 3, RFC 6655 3, RFC 7905 2: not before TLS 1.2; RFC 5487 3, RFC 5489 3.2: beside a PSK, CBC is.
TEST(Suites12, OldVersionsHaveSha1AndPsk) {
  for (auto suite : all_suites()) {
    const Name name(suite);
    const auto& facts = *crypto::facts12_of(suite);
    const bool sha2 = facts.mac && *facts.mac != HashAlgorithm::sha1;
    const bool only12 = facts.aead || (sha2 && !crypto::uses_psk(facts.key_exchange));
    EXPECT_EQ(facts.minimum_version, only12 ? ProtocolVersion::tls_1_2 : ProtocolVersion::tls_1_0)
        << name.whole;
  }
}

}  // namespace
}  // namespace stepshake::testing
