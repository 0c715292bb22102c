// The hellos of RFC 8448 told in full; cut and bent everywhere they still are trees.
#include <gtest/gtest.h>

#include "describe/describe.h"
#include "rfc8448_hellos.h"
#include "support/hex.h"
#include "tree.h"
#include "vectors/rfc8448_section3.h"
#include "wire/client_hello.h"
#include "wire/handshake_message.h"
#include "wire/server_hello.h"

namespace stepshake::testing {
namespace {

using describe::handshake_message;
using describe::kMalformed;

TEST(ClientHello, IsToldMemberByMember) {
  const Field hello = handshake_message(hex(section3::kClientHello));
  EXPECT_EQ(outline(hello), R"(ClientHello
  msg_type: client_hello (1)
  length: 192
  legacy_version: 0x0303
  random: cb34ecb1e78163ba1c38c6dacb196a6dffa21a8d9912ec18a2ef6283024dece7
  legacy_session_id: 0 bytes
  cipher_suites
    CipherSuite: TLS_AES_128_GCM_SHA256 (0x1301)
    CipherSuite: TLS_CHACHA20_POLY1305_SHA256 (0x1303)
    CipherSuite: TLS_AES_256_GCM_SHA384 (0x1302)
  legacy_compression_methods
    CompressionMethod: null (0)
  extensions
    server_name
      server_name_list
        ServerName
          name_type: host_name (0)
          host_name: server
    renegotiation_info
      renegotiated_connection: 0 bytes
    supported_groups
      named_group_list
        NamedGroup: x25519
        NamedGroup: secp256r1
        NamedGroup: secp384r1
        NamedGroup: secp521r1
        NamedGroup: ffdhe2048
        NamedGroup: ffdhe3072
        NamedGroup: ffdhe4096
        NamedGroup: ffdhe6144
        NamedGroup: ffdhe8192
    session_ticket: 0 bytes
    key_share
      client_shares
        KeyShareEntry
          group: x25519
          key_exchange: 99381de560e4bd43d23d8e435a7dbafeb3c06e51c13cae4d5413691e529aaf2c
    supported_versions
      versions
        ProtocolVersion: TLS 1.3 (0x0304)
    signature_algorithms
      supported_signature_algorithms
        SignatureScheme: ecdsa_secp256r1_sha256
        SignatureScheme: ecdsa_secp384r1_sha384
        SignatureScheme: ecdsa_secp521r1_sha512
        SignatureScheme: ecdsa_sha1
        SignatureScheme: rsa_pss_rsae_sha256
        SignatureScheme: rsa_pss_rsae_sha384
        SignatureScheme: rsa_pss_rsae_sha512
        SignatureScheme: rsa_pkcs1_sha256
        SignatureScheme: rsa_pkcs1_sha384
        SignatureScheme: rsa_pkcs1_sha512
        SignatureScheme: rsa_pkcs1_sha1
        SignatureScheme: dsa_sha256
        SignatureScheme: dsa_sha384
        SignatureScheme: dsa_sha512
        SignatureScheme: dsa_sha1
    psk_key_exchange_modes
      ke_modes
        PskKeyExchangeMode: psk_dhe_ke (1)
    record_size_limit: 16385
)");
  EXPECT_EQ(hello.raw, hex(section3::kClientHello));
  EXPECT_EQ(to_hex(find(hello, "cipher_suites")->raw), "130113031302");
  EXPECT_EQ(to_hex(find(hello, "record_size_limit")->raw), "4001");
  EXPECT_TRUE(adds_up(hello));
}

TEST(ServerHello, IsToldMemberByMember) {
  const Field hello = handshake_message(hex(section3::kServerHello));
  EXPECT_EQ(outline(hello), R"(ServerHello
  msg_type: server_hello (2)
  length: 86
  legacy_version: 0x0303
  random: a6af06a4121860dc5e6e60249cd34c95930c8ac5cb1434dac155772ed3e26928
  legacy_session_id_echo: 0 bytes
  cipher_suite: TLS_AES_128_GCM_SHA256 (0x1301)
  legacy_compression_method: null (0)
  extensions
    key_share
      server_share
        group: x25519
        key_exchange: c9828876112095fe66762bdbf7c672e156d6cc253b833df1dd69b1b04e751f0f
    supported_versions
      selected_version: TLS 1.3 (0x0304)
)");
  EXPECT_TRUE(adds_up(hello));
}

TEST(ClientHello, OffersPsksAndTheirBinders) {
  const Field hello = handshake_message(hex(kResumingClientHello));
  EXPECT_EQ(outline(*find(hello, "pre_shared_key")), R"(pre_shared_key
  identities
    PskIdentity
      identity: 178 bytes
      obfuscated_ticket_age: 0xfad6aacb
  binders
    PskBinderEntry: 3add4fb2d8fdf822a0ca3cf7678ef5e88dae990141c5924d57bb6fa31b9e5f9d
)");
  EXPECT_EQ(outline(*find(hello, "early_data")), "early_data\n");
  EXPECT_EQ(outline(*find(hello, "padding")), "padding: 87 bytes\n");
  EXPECT_TRUE(adds_up(hello));
}

// RFC 8448 5.
TEST(HelloRetryRequest, IsToldByItsRandom) {
  const Field retry = handshake_message(hex(kHelloRetryRequest));
  EXPECT_EQ(retry.name, "HelloRetryRequest");
  EXPECT_EQ(find(retry, "selected_group")->value, "secp256r1");
  EXPECT_EQ(find(*find(retry, "cookie"), "cookie")->fields.front().value, "114 bytes");
  EXPECT_EQ(find(retry, "selected_version")->value, "TLS 1.3 (0x0304)");
  EXPECT_EQ(find(retry, kMalformed), nullptr);
  EXPECT_TRUE(adds_up(retry));
}

TEST(Hellos, OfTls12NeedNoExtensions) {
  wire::ClientHello client;
  client.cipher_suites = {wire::CipherSuite{0xc02f}, wire::CipherSuite{0x00ff}};
  Bytes body = wire::encode(client);
  body.resize(body.size() - 2);
  Field hello = handshake_message(wire::frame(wire::HandshakeType::client_hello, body));
  EXPECT_EQ(find(hello, kMalformed), nullptr);
  EXPECT_EQ(find(hello, "extensions"), nullptr);
  EXPECT_EQ(find(hello, "cipher_suites")->fields.back().value,
            "TLS_EMPTY_RENEGOTIATION_INFO_SCSV (0x00ff)");

  wire::ServerHello server;
  server.cipher_suite = wire::CipherSuite{0xc02f};
  body = wire::encode(server);
  body.resize(body.size() - 2);
  hello = handshake_message(wire::frame(wire::HandshakeType::server_hello, body));
  EXPECT_EQ(find(hello, kMalformed), nullptr);
  EXPECT_EQ(find(hello, "cipher_suite")->value, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 (0xc02f)");
}

class EachHello : public ::testing::TestWithParam<std::string_view> {};

// One fault, at the end of what there is, and before it all that the whole message has there.
TEST_P(EachHello, CutShortIsToldUpToTheCut) {
  const Bytes whole = hex(GetParam());
  const auto all = leaves(handshake_message(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Field cut = handshake_message(BytesView(whole).first(size));
    EXPECT_EQ(count(cut, kMalformed), 1) << size << "\n" << outline(cut);
    EXPECT_TRUE(adds_up(cut)) << size << "\n" << outline(cut);
    const Field* last = &cut;
    while (!last->fields.empty()) last = &last->fields.back();
    EXPECT_EQ(last->name, kMalformed);
    EXPECT_NE(last->value.find("cut short"), std::string::npos) << last->value;
    const auto kept = leaves(cut);
    ASSERT_LE(kept.size(), all.size());
    EXPECT_TRUE(std::equal(kept.begin(), kept.end(), all.begin())) << size << "\n" << outline(cut);
  }
}

TEST_P(EachHello, BentIsATreeAllTheSame) {
  const Bytes whole = hex(GetParam());
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::uint8_t mask : Bytes{0x01, 0x02, 0x10, 0x80, 0xff}) {
      Bytes bent = whole;
      bent[i] ^= mask;
      const Field tree = handshake_message(bent);
      EXPECT_EQ(tree.raw, bent);
      EXPECT_TRUE(adds_up(tree)) << i << "\n" << outline(tree);
      EXPECT_TRUE(is_plain(tree)) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc8448, EachHello,
                         ::testing::Values(section3::kClientHello, section3::kServerHello,
                                           kHelloRetryRequest, kResumingClientHello));

// A wrong length of the block does not hide what stands in it.
TEST(Malformed, LengthIsReportedBehindWhatWasRead) {
  Bytes bent = hex(section3::kServerHello);
  bent[43] += 1;  // the length of extensions
  const Field hello = handshake_message(bent);
  EXPECT_EQ(find(hello, "selected_version")->value, "TLS 1.3 (0x0304)");
  EXPECT_EQ(find(hello, kMalformed)->value, "extensions is cut short: 46 of 47 bytes");
  EXPECT_TRUE(find(hello, kMalformed)->raw.empty());
}

TEST(Malformed, HasTheBytesThatWereNotTaken) {
  Bytes longer = hex(section3::kServerHello);
  append(longer, Bytes{1, 2, 3});
  Field hello = handshake_message(longer);
  EXPECT_EQ(hello.fields.back().name, kMalformed);
  EXPECT_EQ(to_hex(hello.fields.back().raw), "010203");
  longer[3] += 3;
  hello = handshake_message(longer);
  EXPECT_EQ(hello.fields.back().value, "3 bytes too many after ServerHello");
}

// An extension that is broken inside its own length spoils no other.
TEST(Malformed, StaysInsideItsExtension) {
  wire::ServerHello server;
  server.extensions = {{wire::ExtensionType::key_share, {0, 29, 0, 9, 1}},
                       {wire::ExtensionType::supported_versions, {3, 4}}};
  const Field hello =
      handshake_message(wire::frame(wire::HandshakeType::server_hello, wire::encode(server)));
  EXPECT_EQ(count(hello, kMalformed), 1);
  EXPECT_EQ(to_hex(find(hello, kMalformed)->raw), "000901");
  EXPECT_EQ(find(hello, "group")->value, "x25519");
  EXPECT_EQ(find(hello, "selected_version")->value, "TLS 1.3 (0x0304)");
}

TEST(Malformed, IsAnythingThatIsEmpty) {
  const Field nothing = handshake_message({});
  EXPECT_EQ(outline(nothing), "Handshake\n  malformed: msg_type is cut short: 0 of 1 bytes\n");
}

// A field takes many times its bytes: lists have an end.
TEST(List, OfThousandsIsToldInPart) {
  wire::ClientHello client;
  client.cipher_suites.assign(32'000, wire::CipherSuite{0x1301});
  const Field hello =
      handshake_message(wire::frame(wire::HandshakeType::client_hello, wire::encode(client)));
  const Field* suites = find(hello, "cipher_suites");
  EXPECT_EQ(suites->fields.size(), 1001U);
  EXPECT_EQ(suites->fields.back().name, "more");
  EXPECT_EQ(suites->fields.back().value, "62000 bytes");
  EXPECT_EQ(find(hello, kMalformed), nullptr);
}

}  // namespace
}  // namespace stepshake::testing
