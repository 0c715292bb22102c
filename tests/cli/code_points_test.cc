// Names and numbers of code points, as users write them.
#include "cli/code_points.h"

#include <gtest/gtest.h>

namespace stepshake::cli {
namespace {

void add(google::protobuf::RepeatedPtrField<v1::Capability>& list, uint32_t value,
         const char* name) {
  v1::CodePoint& code_point = *list.Add()->mutable_code_point();
  code_point.set_value(value);
  code_point.set_name(name);
}

v1::GetCapabilitiesResponse some_capabilities() {
  v1::GetCapabilitiesResponse capabilities;
  add(*capabilities.mutable_cipher_suites(), 0x1301, "TLS_AES_128_GCM_SHA256");
  add(*capabilities.mutable_groups(), 29, "x25519");
  add(*capabilities.mutable_groups(), 23, "secp256r1");
  add(*capabilities.mutable_signature_schemes(), 0x0403, "ecdsa_secp256r1_sha256");
  add(*capabilities.mutable_signature_schemes(), 0x0804, "rsa_pss_rsae_sha256");
  return capabilities;
}

struct Case {
  Registry registry;
  const char* name;
  uint32_t value;
};

TEST(CodePoints, NamesAliasesAndNumbers) {
  for (const Case& each : {
           Case{Registry::kCipherSuites, "TLS_AES_128_GCM_SHA256", 0x1301},
           Case{Registry::kCipherSuites, "tls_aes_128_gcm_sha256", 0x1301},
           Case{Registry::kCipherSuites, "0x1399", 0x1399},
           Case{Registry::kGroups, "X25519", 29},
           Case{Registry::kGroups, "P-256", 23},
           Case{Registry::kGroups, "prime256v1", 23},
           Case{Registry::kGroups, "29", 29},
           Case{Registry::kGroups, "0XFFFF", 0xffff},
           Case{Registry::kSignatureSchemes, "ECDSA+SHA256", 0x0403},
           Case{Registry::kSignatureSchemes, "RSA-PSS+SHA256", 0x0804},
           Case{Registry::kSignatureSchemes, "PSS+SHA256", 0x0804},
       }) {
    const auto value = find_code_point(some_capabilities(), each.registry, each.name);
    ASSERT_TRUE(value.ok()) << each.name << ": " << value.status();
    EXPECT_EQ(*value, each.value) << each.name;
  }
}

TEST(CodePoints, UnknownNamesListTheKnown) {
  const auto value = find_code_point(some_capabilities(), Registry::kGroups, "P-384");
  ASSERT_FALSE(value.ok());
  EXPECT_EQ(value.status().message(),
            "there is no group 'P-384' here; there are x25519, secp256r1");
}

TEST(CodePoints, Nonsense) {
  for (const char* name : {"", "0x", "0x10000", "65536", "99999999999999999999999", "-1", "+1",
                           "1 2", "0x12g", "29x"}) {
    EXPECT_FALSE(find_code_point(some_capabilities(), Registry::kGroups, name).ok()) << name;
  }
}

TEST(Versions, EveryWayOfWriting) {
  for (const char* text : {"1.3", "TLS1.3", "TLSv1.3", "tls1_3", "TLS 1.3", "0x0304", "0x304"}) {
    const auto version = parse_version(text);
    ASSERT_TRUE(version.ok()) << text;
    EXPECT_EQ(*version, 0x0304u) << text;
  }
  EXPECT_EQ(*parse_version("1.2"), 0x0303u);
  EXPECT_EQ(*parse_version("TLSv1"), 0x0301u);
  EXPECT_EQ(*parse_version("0x7f1c"), 0x7f1cu);
}

TEST(Versions, Nonsense) {
  for (const char* text : {"", "1.4", "2", "13", "SSLv3", "1.30", "TLS", "v1.3", "0x", "0x10304"}) {
    EXPECT_FALSE(parse_version(text).ok()) << text;
  }
}

}  // namespace
}  // namespace stepshake::cli
