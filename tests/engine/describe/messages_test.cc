// Every other handshake message, alerts, ChangeCipherSpec and records' headers.
#include <gtest/gtest.h>

#include "describe/describe.h"
#include "support/hex.h"
#include "tree.h"
#include "vectors/rfc8448_section3.h"
#include "wire/handshake_message.h"

namespace stepshake::testing {
namespace {

using describe::Context;
using describe::handshake_message;
using wire::CipherSuite;
using wire::HandshakeType;
using wire::ProtocolVersion;

constexpr Context kTls12 = {ProtocolVersion::tls_1_2, {}};

Context with_suite(std::uint16_t number) { return {ProtocolVersion::tls_1_2, CipherSuite{number}}; }

// The outline below msg_type and length.
std::string told(HandshakeType type, std::string_view body, const Context& context = {}) {
  Field tree = handshake_message(wire::frame(type, hex(body)), context);
  EXPECT_TRUE(adds_up(tree)) << outline(tree);
  EXPECT_TRUE(is_plain(tree));
  tree.fields.erase(tree.fields.begin(), tree.fields.begin() + 2);
  return outline(tree);
}

TEST(ServerFlight, OfRfc8448) {
  const Bytes flight = hex(section3::kServerFlight);
  std::string all;
  for (BytesView rest = flight; !rest.empty();) {
    const auto size = wire::kHandshakeHeaderSize + (rest[1] << 16 | rest[2] << 8 | rest[3]);
    const Field tree = handshake_message(rest.first(size));
    EXPECT_TRUE(adds_up(tree));
    all += outline(tree);
    rest = rest.subspan(size);
  }
  EXPECT_EQ(all, R"(EncryptedExtensions
  msg_type: encrypted_extensions (8)
  length: 36
  extensions
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
    record_size_limit: 16385
    server_name
Certificate
  msg_type: certificate (11)
  length: 441
  certificate_request_context: 0 bytes
  certificate_list
    CertificateEntry
      cert_data: 432 bytes
      extensions
CertificateVerify
  msg_type: certificate_verify (15)
  length: 132
  algorithm: rsa_pss_rsae_sha256
  signature: 128 bytes
Finished
  msg_type: finished (20)
  length: 32
  verify_data: 9b9b141d906337fbd2cbdce71df4deda4ab42c309572cb7fffee5454b78f0718
)");
}

TEST(NewSessionTicket, HasTwoForms) {
  const Field ticket = handshake_message(hex(section3::kNewSessionTicket));
  EXPECT_EQ(outline(ticket), R"(NewSessionTicket
  msg_type: new_session_ticket (4)
  length: 201
  ticket_lifetime: 30 s
  ticket_age_add: 0xfad6aac5
  ticket_nonce: 0000
  ticket: 178 bytes
  extensions
    early_data
      max_early_data_size: 1024
)");
  EXPECT_EQ(told(HandshakeType::new_session_ticket, "00001c20 0003 010203", kTls12),
            "NewSessionTicket\n  ticket_lifetime_hint: 7200 s\n  ticket: 010203\n");
}

TEST(Certificate, HasTwoForms) {
  EXPECT_EQ(told(HandshakeType::certificate, "00 000012 000003 010203 0009 0005 0005 01 000001 ff"),
            R"(Certificate
  certificate_request_context: 0 bytes
  certificate_list
    CertificateEntry
      cert_data: 3 bytes
      extensions
        status_request
          status_type: ocsp (1)
          response: 1 byte
    malformed: certificate_list is cut short: 17 of 18 bytes
)");
  EXPECT_EQ(told(HandshakeType::certificate, "000009 000003 010203 000000", kTls12),
            "Certificate\n  certificate_list\n    ASN.1Cert: 3 bytes\n    ASN.1Cert: 0 bytes\n");
}

TEST(CertificateRequest, HasThreeForms) {
  EXPECT_EQ(told(HandshakeType::certificate_request,
                 "02 0102 001d 000d 0004 0002 0807 0030 0009 0007 02 0601 0002 ff00"
                 "002f 0004 0002 0000"),
            R"(CertificateRequest
  certificate_request_context: 0102
  extensions
    signature_algorithms
      supported_signature_algorithms
        SignatureScheme: ed25519
    oid_filters
      filters
        OIDFilter
          certificate_extension_oid: 0601
          certificate_extension_values: ff00
    certificate_authorities
      authorities
        DistinguishedName: 0 bytes
)");
  EXPECT_EQ(told(HandshakeType::certificate_request, "02 0140 0002 0401 0004 0002 3000", kTls12),
            R"(CertificateRequest
  certificate_types
    ClientCertificateType: rsa_sign (1)
    ClientCertificateType: ecdsa_sign (64)
  supported_signature_algorithms
    SignatureAndHashAlgorithm: rsa_pkcs1_sha256
  certificate_authorities
    DistinguishedName: 3000
)");
  EXPECT_EQ(told(HandshakeType::certificate_request, "01 01 0000", {ProtocolVersion::tls_1_0, {}}),
            "CertificateRequest\n  certificate_types\n    ClientCertificateType: rsa_sign (1)\n"
            "  certificate_authorities\n");
}

TEST(CertificateVerify, HasNoAlgorithmBeforeTls12) {
  EXPECT_EQ(told(HandshakeType::certificate_verify, "0603 0001 ff", kTls12),
            "CertificateVerify\n  algorithm: ecdsa_secp521r1_sha512\n  signature: ff\n");
  EXPECT_EQ(told(HandshakeType::certificate_verify, "0001 ff", {ProtocolVersion::tls_1_1, {}}),
            "CertificateVerify\n  signature: ff\n");
}

TEST(ServerKeyExchange, GoesByTheSuite) {
  constexpr auto kType = HandshakeType::server_key_exchange;
  EXPECT_EQ(told(kType, "03001d", kTls12), "ServerKeyExchange\n  body: 03001d\n");
  EXPECT_EQ(told(kType, "03001d", with_suite(0x002f)), "ServerKeyExchange\n  body: 03001d\n");
  EXPECT_EQ(told(kType, "03001d", with_suite(0x1301)), "ServerKeyExchange\n  body: 03001d\n");
  EXPECT_EQ(told(kType, "03 001d 02 0102 0403 0001 ff", with_suite(0xc02b)), R"(ServerKeyExchange
  curve_type: named_curve (3)
  namedcurve: x25519
  public: 0102
  algorithm: ecdsa_secp256r1_sha256
  signature: ff
)");
  EXPECT_EQ(told(kType, "01 0203", with_suite(0xc02b)),
            "ServerKeyExchange\n  curve_type: explicit_prime (1)\n  body: 0203\n");
  EXPECT_EQ(told(kType, "0001 17 0001 02 0001 03", with_suite(0x009e)), R"(ServerKeyExchange
  dh_p: 17
  dh_g: 02
  dh_Ys: 03
  malformed: algorithm is cut short: 0 of 2 bytes
)");
  EXPECT_EQ(told(kType, "0004 68696e74 03 0017 01 04", with_suite(0xd001)), R"(ServerKeyExchange
  psk_identity_hint: hint
  curve_type: named_curve (3)
  namedcurve: secp256r1
  public: 04
)");
}

TEST(ClientKeyExchange, GoesByTheSuite) {
  constexpr auto kType = HandshakeType::client_key_exchange;
  EXPECT_EQ(told(kType, "0102"), "ClientKeyExchange\n  body: 0102\n");
  EXPECT_EQ(told(kType, "02 0102", with_suite(0xc02f)), "ClientKeyExchange\n  ecdh_Yc: 0102\n");
  EXPECT_EQ(told(kType, "0001 02", with_suite(0x009e)), "ClientKeyExchange\n  dh_Yc: 02\n");
  EXPECT_EQ(told(kType, "0001 02", with_suite(0x002f)),
            "ClientKeyExchange\n  encrypted_pre_master_secret: 02\n");
  EXPECT_EQ(told(kType, "0002 6d65", with_suite(0x00a8)),
            "ClientKeyExchange\n  psk_identity: me\n");
}

TEST(SmallMessages, AreTold) {
  EXPECT_EQ(told(HandshakeType::hello_request, ""), "HelloRequest\n");
  EXPECT_EQ(told(HandshakeType::server_hello_done, ""), "ServerHelloDone\n");
  EXPECT_EQ(told(HandshakeType::end_of_early_data, ""), "EndOfEarlyData\n");
  EXPECT_EQ(told(HandshakeType::end_of_early_data, "00"),
            "EndOfEarlyData\n  malformed: 1 bytes too many after EndOfEarlyData\n");
  EXPECT_EQ(told(HandshakeType::key_update, "01"),
            "KeyUpdate\n  request_update: update_requested (1)\n");
  EXPECT_EQ(told(HandshakeType::key_update, "07"), "KeyUpdate\n  request_update: 7\n");
  EXPECT_EQ(told(HandshakeType::message_hash, "0102"), "message_hash\n  hash: 0102\n");
  EXPECT_EQ(told(HandshakeType::certificate_status, "01 000002 0102"),
            "CertificateStatus\n  status_type: ocsp (1)\n  response: 2 bytes\n");
  EXPECT_EQ(told(HandshakeType{25}, "0002 000400 000002 0102"),
            "CompressedCertificate\n  algorithm: brotli (2)\n  uncompressed_length: 1024\n"
            "  compressed_certificate_message: 2 bytes\n");
}

TEST(UnknownMessage, IsANumberAndBytes) {
  EXPECT_EQ(outline(handshake_message(hex("63000002 0102"))),
            "handshake_type_99\n  msg_type: 99\n  length: 2\n  body: 0102\n");
  EXPECT_EQ(outline(handshake_message(hex("1a000000"))),
            "handshake_type_26\n  msg_type: ekt_key (26)\n  length: 0\n  body: 0 bytes\n");
}

// Whatever the bytes, in any version and with any key exchange, there is a tree that adds up.
TEST(AnyMessage, CutAndBentIsATree) {
  const Bytes flight = hex(section3::kServerFlight);
  const Bytes body(flight.begin(), flight.begin() + 120);
  for (int type = 0; type < 256; ++type) {
    for (int suite : {0x1301, 0xc02b, 0x009e, 0x00a8, 0x0093}) {
      for (auto version : {ProtocolVersion::tls_1_1, ProtocolVersion::tls_1_3}) {
        for (std::size_t size : {0, 1, 3, 4, 5, 9, 40, 120}) {
          Bytes message =
              wire::frame(static_cast<HandshakeType>(type), BytesView(body).first(size));
          for (std::uint8_t extra : Bytes{0, 1, 7}) {
            message.resize(message.size() + extra);
            const Field tree =
                handshake_message(message, {version, static_cast<CipherSuite>(suite)});
            ASSERT_TRUE(adds_up(tree)) << outline(tree);
            ASSERT_TRUE(is_plain(tree)) << outline(tree);
          }
        }
      }
    }
  }
}

TEST(Alert, IsLevelAndDescription) {
  EXPECT_EQ(outline(describe::alert(hex("0228"))),
            "Alert\n  level: fatal (2)\n  description: handshake_failure (40)\n");
  EXPECT_EQ(outline(describe::alert(hex("09c8"))),
            "Alert\n  level: 9\n  description: alert_200 (200)\n");
  EXPECT_EQ(outline(describe::alert(hex("01"))),
            "Alert\n  level: warning (1)\n"
            "  malformed: description is cut short: 0 of 1 bytes\n");
  const Field longer = describe::alert(hex("010001"));
  EXPECT_EQ(longer.fields.back().value, "1 bytes too many after Alert");
  EXPECT_EQ(longer.raw, hex("010001"));
}

TEST(ChangeCipherSpec, IsAOne) {
  EXPECT_EQ(outline(describe::change_cipher_spec(hex("01"))),
            "ChangeCipherSpec\n  type: change_cipher_spec (1)\n");
  EXPECT_EQ(outline(describe::change_cipher_spec(hex("02"))), "ChangeCipherSpec\n  type: 2\n");
  EXPECT_EQ(describe::change_cipher_spec({}).fields.back().name, describe::kMalformed);
}

TEST(RecordHeader, IsFiveBytes) {
  EXPECT_EQ(outline(describe::record_header(hex(section3::kClientHelloRecordHeader))),
            "TLSPlaintext\n  type: handshake (22)\n  legacy_record_version: 0x0301\n"
            "  length: 196\n");
  const Field outer = describe::record_header(hex(section3::kClientDataRecord));
  EXPECT_EQ(outline(outer),
            "TLSCiphertext\n  opaque_type: application_data (23)\n"
            "  legacy_record_version: 0x0303\n  length: 67\n");
  EXPECT_EQ(outer.raw.size(), 5U);
  EXPECT_EQ(describe::record_header(hex("1603")).fields.back().value,
            "legacy_record_version is cut short: 1 of 2 bytes");
}

}  // namespace
}  // namespace stepshake::testing
