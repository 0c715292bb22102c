// RFC 8448 4, "Resumed 0-RTT Handshake": the key schedule with a PSK, binder and early secrets included.
#include <gtest/gtest.h>

#include "crypto/key_exchange.h"
#include "schedule/hkdf.h"
#include "schedule/tls13_secrets.h"
#include "support/hex.h"

namespace stepshake::testing::section4 {
namespace {

using crypto::HashAlgorithm;

constexpr auto kHash = HashAlgorithm::sha256;

constexpr std::string_view kPsk =
    "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3";
// Up to the binders.
constexpr std::string_view kClientHelloPrefix =
    "010001fc03031bc3ceb6bbe39cff938355b5a50adb6db21b7a6af649d7b4bc41"
    "9d7876487d95000006130113031302010001cd0000000b000900000673657276"
    "6572ff01000100000a00140012001d0017001800190100010101020103010400"
    "3300260024001d0020e4ffb68ac05f8d96c99da26698346c6be16482badddafe"
    "051a66b4f18d668f0b002a0000002b0003020304000d0020001e040305030603"
    "020308040805080604010501060102010402050206020202002d00020101001c"
    "0002400100150057000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "2900dd00b800b22c035d829359ee5ff7af4ec900000000262a6494dc486d2c8a"
    "34cb33fa90bf1b0070ad3c498883c9367c09a2be785abc55cd226097a3a98211"
    "7283f82a03a143efd3ff5dd36d64e861be7fd61d2827db279cce145077d454a3"
    "664d4e6da4d29ee03725a6a4dafcd0fc67d2aea70529513e3da2677fa5906c5b"
    "3f7d8f92f228bda40dda721470f9fbf297b5aea617646fac5c03272e970727c6"
    "21a79141ef5f7de6505e5bfbc388e93343694093934ae4d357fad6aacb";
constexpr std::string_view kBinders =
    "0021203add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d";
constexpr std::string_view kServerHello =
    "0200005c03033ccfd2dec890222763472ae8136777c9d7358777bb66e91ea512"
    "2495f559ea2d00130100003400290002000000330024001d0020121761ee42c3"
    "33e1b9e77b60dd57c2053cd94512ab47f115e86eff50942cea31002b00020304";
constexpr std::string_view kEncryptedExtensions =
    "080000280026000a00140012001d00170018001901000101010201030104001c0002400100000000002a0000";
constexpr std::string_view kServerFinished =
    "1400002048d3e0e1b3d907c6acff145e16090388c77b05c050b634ab1a88bbd0dd1a34b2";
constexpr std::string_view kEndOfEarlyData = "05000000";
constexpr std::string_view kClientFinished =
    "140000207230a9c952c25cd6138fc5e6628308c41c5335dd81b9f96bcea50fd32bda416d";

Bytes hash_of(std::initializer_list<std::string_view> messages) {
  Bytes all;
  for (auto message : messages) append(all, hex(message));
  return crypto::hash(kHash, {all});
}

Secret derive(const Secret& secret, std::string_view label, BytesView transcript_hash) {
  return schedule::derive_secret({kHash, secret.view()}, label, transcript_hash);
}

schedule::EarlySecret early() { return schedule::early_secret(kHash, hex(kPsk)); }

schedule::HandshakeSecret handshake() {
  const crypto::PrivateShare server = {
      wire::NamedGroup::x25519,
      Secret(hex("de5b4476e7b490b2652d338acbf2948066f255f9440e23b98fc69835298dc107")),
      hex("121761ee42c333e1b9e77b60dd57c2053cd94512ab47f115e86eff50942cea31")};
  const auto shared = crypto::conclude(
      server, hex("e4ffb68ac05f8d96c99da26698346c6be16482badddafe051a66b4f18d668f0b"));
  EXPECT_EQ(hex_of(*shared), "f44194756ff9ec9d25180635d66ea6824c6ab3bf179977be37f723570e7ccb2e");
  return schedule::handshake_secret(early(), shared->view());
}

void expect_keys(const schedule::TrafficSecret& secret, std::string_view key, std::string_view iv) {
  const auto keys =
      schedule::traffic_keys(secret, *crypto::facts_of(wire::CipherSuite::tls_aes_128_gcm_sha256));
  EXPECT_EQ(hex_of(keys.key), key);
  EXPECT_EQ(hex_of(keys.iv), iv);
}

TEST(Section4, EarlySecretsAndBinder) {
  EXPECT_EQ(hex_of(early().secret),
            "9b2188e9b2fc6d64d71dc329900e20bb41915000f678aa839cbb797cb7d8332c");
  const Secret binder_key = derive(early().secret, "res binder", crypto::hash(kHash, {}));
  const Bytes hello = hex(kClientHelloPrefix);
  EXPECT_EQ(hello.size(), 477U);
  EXPECT_EQ(
      hex_of(schedule::finished_verify_data({kHash, binder_key}, crypto::hash(kHash, {hello}))),
      kBinders.substr(6));
  const Bytes to_hello = hash_of({kClientHelloPrefix, kBinders});
  const Secret traffic = derive(early().secret, "c e traffic", to_hello);
  EXPECT_EQ(hex_of(traffic), "3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62");
  EXPECT_EQ(hex_of(derive(early().secret, "e exp master", to_hello)),
            "b2026866610937d7423e5be90862ccf24c0e6091186d34f812089ff5be2ef7df");
  expect_keys({kHash, traffic}, "920205a5b7bf2115e6fc5c2942834f54", "6d475f0993c8e564610db2b9");
}

TEST(Section4, HandshakeSecrets) {
  EXPECT_EQ(hex_of(derive(early().secret, "derived", crypto::hash(kHash, {}))),
            "5f1790bbd82c5e7d376ed2e1e52f8e6038c9346db61b43be9a52f77ef3998e80");
  EXPECT_EQ(hex_of(handshake().secret),
            "005cb112fd8eb4ccc623bb88a07c64b3ede1605363fc7d0df8c7ce4ff0fb4ae6");
  const auto traffic = schedule::handshake_traffic(
      handshake(), hash_of({kClientHelloPrefix, kBinders, kServerHello}));
  EXPECT_EQ(hex_of(traffic.client.secret),
            "2faac08f851d35fea3604fcb4de82dc62c9b164a70974d0462e27f1ab278700f");
  EXPECT_EQ(hex_of(traffic.server.secret),
            "fe927ae271312e8bf0275b581c54eef020450dc4ecffaa05a1a35d27518e7803");
  expect_keys(traffic.server, "27c6bdc0a3dcea39a47326d79bc9e4ee", "9569ecdd4d0536705e9ef725");
  expect_keys(traffic.client, "b1530806f4adfeac83f1413032bbfa82", "eb50c16be7654abf99dd06d9");
  EXPECT_EQ(hex_of(schedule::finished_verify_data(
                traffic.server,
                hash_of({kClientHelloPrefix, kBinders, kServerHello, kEncryptedExtensions}))),
            kServerFinished.substr(8));
  EXPECT_EQ(hex_of(schedule::finished_verify_data(
                traffic.client, hash_of({kClientHelloPrefix, kBinders, kServerHello,
                                         kEncryptedExtensions, kServerFinished, kEndOfEarlyData}))),
            kClientFinished.substr(8));
}

TEST(Section4, MasterSecrets) {
  const auto master = schedule::master_secret(handshake());
  EXPECT_EQ(hex_of(master.secret),
            "e2d32d4ed66dd37897a0e80c84107503ce58bf8aad4cb55a5002d77ecb890ece");
  const Bytes to_finished =
      hash_of({kClientHelloPrefix, kBinders, kServerHello, kEncryptedExtensions, kServerFinished});
  const auto traffic = schedule::application_traffic(master, to_finished);
  EXPECT_EQ(hex_of(traffic.client.secret),
            "2abbf2b8e381d23dbebe1dd2a7d16a8bf484cb4950d23fb7fb7fa8547062d9a1");
  EXPECT_EQ(hex_of(traffic.server.secret),
            "cc21f1bf8feb7dd5fa505bd9c4b468a9984d554a993dc49e6d285598fb672691");
  EXPECT_EQ(hex_of(schedule::exporter_master_secret(master, to_finished)),
            "3fd93d4ffddc98e64b14dd107aedf8ee4add23f4510f58a4592d0b201bee56b4");
  expect_keys(traffic.server, "e857c690a34c5a9129d833619684f95e", "0685d6b561aab9ef1013faf9");
  expect_keys(traffic.client, "3cf122f301c6358ca7989553250efd72", "ab1aec26aa78b8fc1176b9ac");
  EXPECT_EQ(hex_of(schedule::resumption_master_secret(
                master, hash_of({kClientHelloPrefix, kBinders, kServerHello, kEncryptedExtensions,
                                 kServerFinished, kEndOfEarlyData, kClientFinished}))),
            "5e95bdf1f89005ea2e9aa0ba85e728e3c19c5fe0c699e3f5bee59faebd0b5406");
}

}  // namespace
}  // namespace stepshake::testing::section4
