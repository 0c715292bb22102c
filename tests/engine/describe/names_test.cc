// The names of numbers: registries' tables, GREASE, and text that may hold anything.
#include "describe/names.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "describe/name_tables.h"
#include "wire/code_points.h"

namespace stepshake::testing {
namespace {

using namespace describe;

TEST(Hexadecimal, HasTheWidthOfTheNumber) {
  EXPECT_EQ(hex8(1), "0x01");
  EXPECT_EQ(hex16(0x303), "0x0303");
  EXPECT_EQ(hex32(0xfad6aac5), "0xfad6aac5");
}

TEST(Grease, IsSixteenValues) {
  int found = 0;
  for (std::uint32_t number = 0; number <= 0xffff; ++number) found += is_grease(number) ? 1 : 0;
  EXPECT_EQ(found, 16);
  EXPECT_TRUE(is_grease(0x0a0a) && is_grease(0xfafa));
  EXPECT_FALSE(is_grease(0x0a1a));
  EXPECT_EQ(shown_cipher_suite(0xeaea), "GREASE (0xeaea)");
  EXPECT_EQ(shown_signature_scheme(0x4a4a), "GREASE (0x4a4a)");
}

TEST(Printable, KeepsTextApartFromBytes) {
  EXPECT_EQ(printable(view_of("a b~")), "a b~");
  EXPECT_EQ(printable(view_of("\\x41")), R"(\x5cx41)");
  EXPECT_EQ(printable(Bytes{0, 0x1b, 0x7f, 0xc3, 0xa4}), R"(\x00\x1b\x7f\xc3\xa4)");
}

TEST(CipherSuites, AreNamedAsTheRegistryDoes) {
  EXPECT_EQ(shown_cipher_suite(0x1302), "TLS_AES_256_GCM_SHA384 (0x1302)");
  EXPECT_EQ(shown_cipher_suite(0x0000), "TLS_NULL_WITH_NULL_NULL (0x0000)");
  EXPECT_EQ(shown_cipher_suite(0x002f), "TLS_RSA_WITH_AES_128_CBC_SHA (0x002f)");
  EXPECT_EQ(shown_cipher_suite(0x009f), "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384 (0x009f)");
  EXPECT_EQ(shown_cipher_suite(0x00ad), "TLS_RSA_PSK_WITH_AES_256_GCM_SHA384 (0x00ad)");
  EXPECT_EQ(shown_cipher_suite(0x5600), "TLS_FALLBACK_SCSV (0x5600)");
  EXPECT_EQ(shown_cipher_suite(0xc013), "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA (0xc013)");
  EXPECT_EQ(shown_cipher_suite(0xc0ae), "TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8 (0xc0ae)");
  EXPECT_EQ(shown_cipher_suite(0xcca9), "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256 (0xcca9)");
  EXPECT_EQ(shown_cipher_suite(0xd005), "TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256 (0xd005)");
  EXPECT_EQ(shown_cipher_suite(0xc0ff), "0xc0ff");
}

// What wire/code_points names has no second name here; no name stands twice.
TEST(CipherSuites, HaveOneNameEach) {
  std::set<std::string_view> names;
  std::size_t rows = 0;
  for (const auto& table : {low_suite_names(), high_suite_names()}) {
    for (const auto& [number, name] : table) {
      EXPECT_TRUE(wire::name_of(static_cast<wire::CipherSuite>(number)).empty()) << name;
      EXPECT_TRUE(name.starts_with("TLS_"));
      names.insert(name);
      ++rows;
    }
  }
  EXPECT_EQ(names.size(), rows);
  EXPECT_EQ(rows, 254U) << "and 93 that are the engine's";
}

TEST(Extensions, AreNamedUpToTheRegistrysEnd) {
  for (std::uint32_t number = 0; number <= 62; ++number) {
    const bool reserved = number == 40 || number == 46;
    EXPECT_EQ(extension_name(number).empty(), reserved) << number;
  }
  EXPECT_EQ(extension_name(0), "server_name");
  EXPECT_EQ(extension_name(17), "status_request_v2");
  EXPECT_EQ(extension_name(57), "quic_transport_parameters");
  EXPECT_EQ(extension_name(65037), "encrypted_client_hello");
  EXPECT_EQ(extension_name(65281), "renegotiation_info");
  EXPECT_TRUE(extension_name(0x1a1a).empty());
}

TEST(Algorithms, AreNamedByBothTables) {
  EXPECT_EQ(shown_group(0x001d), "x25519");
  EXPECT_EQ(shown_group(26), "brainpoolP256r1");
  EXPECT_EQ(shown_group(0x6399), "X25519Kyber768Draft00");
  EXPECT_EQ(shown_signature_scheme(0x0904), "mldsa44");
  EXPECT_EQ(shown_signature_scheme(0x0708), "sm2sig_sm3");
  EXPECT_EQ(shown_signature_scheme(0x0203), "ecdsa_sha1");
}

TEST(SmallRegistries, ShowTheNumberToo) {
  EXPECT_EQ(shown_content_type(22), "handshake (22)");
  EXPECT_EQ(shown_content_type(24), "heartbeat (24)");
  EXPECT_EQ(shown_handshake_type(3), "hello_verify_request (3)");
  EXPECT_EQ(shown_alert_description(0), "close_notify (0)");
  EXPECT_EQ(shown_compression_method(1), "DEFLATE (1)");
  EXPECT_EQ(shown_compression_method(77), "77");
}

}  // namespace
}  // namespace stepshake::testing
