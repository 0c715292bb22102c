// RFC 8448 5, "HelloRetryRequest": the transcript with message_hash, P-256, and the server's flight taken by a client.
#include <gtest/gtest.h>

#include "crypto/key_exchange.h"
#include "schedule/tls13_secrets.h"
#include "support/edit.h"
#include "support/victim.h"

namespace stepshake::testing::section5 {
namespace {

using wire::CipherSuite;

constexpr auto kHash = crypto::HashAlgorithm::sha256;

constexpr std::string_view kClientHello1 =
    "010000b00303b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee92"
    "58a346677b6f000006130113031302010000810000000b000900000673657276"
    "6572ff01000100000a00080006001d00170018003300260024001d0020e8e8e3"
    "f3b93a25ed97a14a7dcacb8a272c6288e585c6484d05262fcad062ad1f002b00"
    "03020304000d0020001e04030503060302030804080508060401050106010201"
    "0402050206020202002d00020101001c00024001";
constexpr std::string_view kHelloRetryRequest =
    "020000ac0303cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e"
    "09e2c8a8339c001301000084003300020017002c0074007271dcd04bb88bc318"
    "9119398a00000000eefafc76c146b823b096f8aacad365dd0030953f4edf6256"
    "36e5f21bb2e23fcc654b1b5b40318d10d137abcbb87574e36e8a1f025f7dfa5d"
    "6e50781b5eda4aa15b0c8be778257d16aa3030e9e7841dd9e4c0342267e8ca0c"
    "af571fb2b7cff0f934b0002b00020304";
constexpr std::string_view kClientHello2 =
    "010001fc0303b0b1c5a5aa37c5919f2ed1d5c6fff7fcb7849716945a2b8cee92"
    "58a346677b6f000006130113031302010001cd0000000b000900000673657276"
    "6572ff01000100000a00080006001d001700180033004700450017004104a6da"
    "7392ec591e17abfd535964b99894d13befb221b3def2ebe3830eac8f01518126"
    "77c4d6d2237e85cf01d6910cfb83954e76ba7352830534159897e8065780002b"
    "0003020304000d0020001e040305030603020308040805080604010501060102"
    "010402050206020202002c0074007271dcd04bb88bc3189119398a00000000ee"
    "fafc76c146b823b096f8aacad365dd0030953f4edf625636e5f21bb2e23fcc65"
    "4b1b5b40318d10d137abcbb87574e36e8a1f025f7dfa5d6e50781b5eda4aa15b"
    "0c8be778257d16aa3030e9e7841dd9e4c0342267e8ca0caf571fb2b7cff0f934"
    "b0002d00020101001c00024001001500af000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000"
    "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view kServerHello =
    "020000770303bb341d847fd789c47c387172dc0c9bf147fccacb5043d86ca4c5"
    "98d3ff571b9800130100004f003300450017004104583e054b7a66672ae020ad"
    "9d2686fcc85b5ad41a134a0f03ee72b893052bd85b4c8de6776f5b04ac07d835"
    "40eab3e3d9c547bc6528c4317d294686093a6cad7d002b00020304";
constexpr std::string_view kServerFlightRecord =
    "170303029699bee20baf5b7fc727bfab6223928a381e6d0cf9c4da653f9d2a7b"
    "23f7de11cce842d5cf75631763450ffb8b0cc1d238e658af7a12adc86243114a"
    "b14a1da2fae42621ce483fb6242eabfaad52566b02b31d2eddedefeb80e66a99"
    "00d5f973b40c4fdf74719ecf1b68d7f9c3b6ceb903ca13dd1bb8f8187ae33417"
    "e1d152522c5822a1a03ad52c838c55953d610222874cce8e1790b229a2aa0b53"
    "c8d377ee720182951dc6181dc5d90bd1f0105ed1e84aa5f75957c6661897079e"
    "5ea5007449e3197bdc7c9beeedddeafdd844afa5c315ecfe65e576afe9098128"
    "80620ec7048b42d7f5c78d76f299d6d82534bdd8f512febc0ed3814aca470cd8"
    "000d3e1cb9962b052fbb950df683a52c2ba77ed3713b122937a6e5170964e2ab"
    "7969dcd980b3db9b458da7603124d6dc005e4d6e04b4d0c4baf3275db827dbba"
    "0a6db09672171fc057b3851d7e026841e2978fbd2346bbefdd0376bb1108fe9a"
    "cc92189f5650aa5e85d8e8c7b67ac510dba003d3d7e16350bb66d45013efd44c"
    "9b607c0d318c4c7d1a1f5cbc57e20611804e3787d7b4a4b5f08ed8fd70bdaead"
    "e02260b12ab842ef690b4a3ee7911e841b374ecd5ebbbc2a54d047b600336dd7"
    "d0c88b4bc10e58ee6cb656de7247fa20d8e91deb84628608cf80615b62e96c14"
    "91c7ac3755eb6901405d3474fe1ac79d106a0cee56c2577fc88480f96cb6b8c6"
    "81b7b68b53c146093908f350888175bdfb0b1e31ad61e30ba0adfe6d223aa03c"
    "0783b5001a57587c328a9afcfcfb978d1cd4328f7d9d60530e630befd96c0c81"
    "6ee20b0100768ae2a6df51fc68f172740a79af11398ee3be1252491fa9c69347"
    "9e877f94ab7c5f8cad480203e6ab7b87dd71e8a0729113df17f5eee86ce108d1"
    "d72007ec1cd13c85a6c149621e77b7d78d805a30f0be030c315e54";
constexpr std::string_view kServerPublicKey =
    "04583e054b7a66672ae020ad9d2686fcc85b5ad41a134a0f03ee72b893052bd8"
    "5b4c8de6776f5b04ac07d83540eab3e3d9c547bc6528c4317d294686093a6cad7d";
constexpr std::string_view kClientPublicKey =
    "04a6da7392ec591e17abfd535964b99894d13befb221b3def2ebe3830eac8f01"
    "51812677c4d6d2237e85cf01d6910cfb83954e76ba7352830534159897e8065780";

crypto::PrivateShare client_share() {
  return {wire::NamedGroup::secp256r1,
          Secret(hex("ab5473467e19346ceb0a0414e41da21d4d2445bc3025afe97c4e8dc8d513da39")),
          hex(kClientPublicKey)};
}

schedule::Transcript transcript_to_second_hello() {
  schedule::Transcript transcript;
  transcript.add(hex(kClientHello1));
  transcript.add(hex(kHelloRetryRequest));
  transcript.replace_with_message_hash(kHash, true);
  transcript.add(hex(kClientHello2));
  return transcript;
}

TEST(Section5, SharedSecretInP256) {
  const auto client = crypto::conclude(client_share(), hex(kServerPublicKey));
  const crypto::PrivateShare server = {
      wire::NamedGroup::secp256r1,
      Secret(hex("8c510601f9765bfb8ed693449a48989859b5cfa879cb9f5443c41c5ff10634ed")),
      hex(kServerPublicKey)};
  ASSERT_TRUE(client.ok());
  EXPECT_EQ(hex_of(*client), "c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4");
  EXPECT_EQ(hex_of(*crypto::conclude(server, hex(kClientPublicKey))), hex_of(*client));
}

TEST(Section5, KeyScheduleOverMessageHash) {
  auto transcript = transcript_to_second_hello();
  transcript.add(hex(kServerHello));
  EXPECT_EQ(to_hex(transcript.hash(kHash)),
            "8aa8e828ec2f8a884fec95a3139de01c15a3daa7ff5bfc3f4bfcc21b438d7bf8");
  const auto handshake = schedule::handshake_secret(
      schedule::early_secret(kHash, {}),
      hex("c142ce13ca11b5c2233652e63ad3d97844f1621fbfb9de69d547dc8fedeabeb4"));
  EXPECT_EQ(hex_of(handshake.secret),
            "ce022e5e6e81e50736d773f2d3adfce8220d049bf510f0dbfac927ef4243b148");
  const auto traffic = schedule::handshake_traffic(handshake, transcript.hash(kHash));
  EXPECT_EQ(hex_of(traffic.client.secret),
            "158aa7ab8855073582b41d674b4055cabcc534728f659314861b4e08e2011566");
  EXPECT_EQ(hex_of(traffic.server.secret),
            "3403e781e2af7b6508da28574f6e95a1abf162de83a97927c37672a4a0cef8a1");
  EXPECT_EQ(hex_of(schedule::master_secret(handshake).secret),
            "1131545d0baf79ddce9b87f06945781a57dd18ef378dcd2060f8f9a569027ed8");
  const auto keys = schedule::traffic_keys(traffic.server,
                                           *crypto::facts_of(CipherSuite::tls_aes_128_gcm_sha256));
  EXPECT_EQ(hex_of(keys.key), "4646bfac1712c426cd78d8a24a8a6f6b");
  EXPECT_EQ(hex_of(keys.iv), "c7d395c08d62f297d13768ea");
}

// A client that waits for the second ServerHello takes the trace's flight and has the trace's secrets.
TEST(Section5, ReplayedByAClientSession) {
  policy::Config config = policy::default_config();
  config.role = policy::Role::client;
  config.verification = policy::Verification::off;
  config.middlebox_compatibility = false;
  Victim client(config, 1);
  client.session.output.clear();
  client.session.transcript = transcript_to_second_hello();
  handshake::client13::WaitSecondServerHello state;
  state.shares.push_back(client_share());
  state.cipher_suite = CipherSuite::tls_aes_128_gcm_sha256;
  client.session.state = std::move(state);
  ASSERT_TRUE(takes(client, record_of(wire::ContentType::handshake, hex(kServerHello))));
  ASSERT_TRUE(client.feed(record_of(wire::ContentType::handshake, hex(kServerHello))));
  ASSERT_TRUE(takes(client, hex(kServerFlightRecord)));
  ASSERT_TRUE(client.feed(hex(kServerFlightRecord)));
  ASSERT_TRUE(client.complete());
  const auto& keys = std::get<handshake::client13::Connected>(client.session.state).keys;
  EXPECT_EQ(hex_of(keys.traffic.client.secret),
            "75ecf4b972525aa0dcd057c9944d4cd5d82671d8843141d7dc2a4ff15a21dc51");
  EXPECT_EQ(hex_of(keys.traffic.server.secret),
            "5c74f87df04225db0f8209c9de6429e49435fdefa7cad61864874d12f31cfc8d");
  EXPECT_EQ(hex_of(keys.exporter_master_secret),
            "7c06d3ae106a3a374ace4837b3985cac67780a6e2c5c04b58319d584df09d223");
}

}  // namespace
}  // namespace stepshake::testing::section5
