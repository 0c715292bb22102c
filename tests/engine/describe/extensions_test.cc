// Each extension in each of its forms, in the messages that carry it.
#include <gtest/gtest.h>

#include "describe/describe.h"
#include "support/hex.h"
#include "tree.h"
#include "wire/client_hello.h"
#include "wire/encrypted_extensions.h"
#include "wire/handshake_message.h"
#include "wire/server_hello.h"

namespace stepshake::testing {
namespace {

using describe::handshake_message;

enum class In { client_hello, server_hello, encrypted_extensions };

Bytes message_with(In in, wire::RawExtension extension) {
  switch (in) {
    case In::client_hello: {
      wire::ClientHello hello;
      hello.extensions.others = {std::move(extension)};
      return wire::frame(wire::HandshakeType::client_hello, wire::encode(hello));
    }
    case In::server_hello: {
      wire::ServerHello hello;
      hello.extensions = {std::move(extension)};
      return wire::frame(wire::HandshakeType::server_hello, wire::encode(hello));
    }
    case In::encrypted_extensions: {
      wire::EncryptedExtensions message;
      message.extensions = {std::move(extension)};
      return wire::frame(wire::HandshakeType::encrypted_extensions, wire::encode(message));
    }
  }
  return {};
}

// The one extension's outline.
std::string told_extension(std::uint16_t type, std::string_view data, In in = In::client_hello) {
  const Bytes body = hex(data);
  const Field tree = handshake_message(message_with(in, {wire::ExtensionType{type}, body}));
  EXPECT_TRUE(adds_up(tree)) << outline(tree);
  EXPECT_TRUE(is_plain(tree));
  const Field& extension = tree.fields.back().fields.front();
  EXPECT_EQ(extension.raw, body);
  return outline(extension);
}

TEST(ServerName, IsANameOrAnAnswer) {
  EXPECT_EQ(told_extension(0, "000e 00 000b 6578616d706c652e6f7267"), R"(server_name
  server_name_list
    ServerName
      name_type: host_name (0)
      host_name: example.org
)");
  EXPECT_EQ(told_extension(0, "0007 05 0004 611b5cff"), R"(server_name
  server_name_list
    ServerName
      name_type: 5
      name: 611b5cff
)");
  EXPECT_NE(told_extension(0, "0007 00 0004 611b5cff").find(R"(host_name: a\x1b\x5c\xff)"),
            std::string::npos);
  EXPECT_EQ(told_extension(0, "", In::encrypted_extensions), "server_name\n");
  EXPECT_NE(told_extension(0, "").find("malformed"), std::string::npos);
}

TEST(StatusRequest, HasTwoForms) {
  EXPECT_EQ(told_extension(5, "01 0003 0001 ff 0000"), R"(status_request
  status_type: ocsp (1)
  responder_id_list
    ResponderID: ff
  request_extensions: 0 bytes
)");
  EXPECT_EQ(told_extension(5, "07 0102"), "status_request\n  status_type: 7\n  request: 0102\n");
  EXPECT_EQ(told_extension(5, "", In::server_hello), "status_request\n");
}

TEST(ListsOfNumbers, AreToldByName) {
  EXPECT_EQ(told_extension(10, "0008 3a3a 11ec 0016 fe00"), R"(supported_groups
  named_group_list
    NamedGroup: GREASE (0x3a3a)
    NamedGroup: X25519MLKEM768
    NamedGroup: secp256k1
    NamedGroup: 0xfe00
)");
  EXPECT_EQ(told_extension(11, "02 0001"), R"(ec_point_formats
  ec_point_format_list
    ECPointFormat: uncompressed (0)
    ECPointFormat: ansiX962_compressed_prime (1)
)");
  EXPECT_EQ(told_extension(13, "0006 0804 081a 1234"), R"(signature_algorithms
  supported_signature_algorithms
    SignatureScheme: rsa_pss_rsae_sha256
    SignatureScheme: ecdsa_brainpoolP256r1tls13_sha256
    SignatureScheme: 0x1234
)");
  EXPECT_EQ(told_extension(50, "0002 0807"),
            "signature_algorithms_cert\n  supported_signature_algorithms\n"
            "    SignatureScheme: ed25519\n");
  EXPECT_EQ(told_extension(34, "0002 0807"),
            "delegated_credential\n  supported_signature_algorithms\n"
            "    SignatureScheme: ed25519\n");
  EXPECT_EQ(told_extension(27, "04 0002 0009"), R"(compress_certificate
  algorithms
    CertificateCompressionAlgorithm: brotli (2)
    CertificateCompressionAlgorithm: 9
)");
  EXPECT_EQ(told_extension(45, "02 00 2a"), R"(psk_key_exchange_modes
  ke_modes
    PskKeyExchangeMode: psk_ke (0)
    PskKeyExchangeMode: GREASE (0x2a)
)");
  EXPECT_EQ(told_extension(14, "0002 0007 01 ff"), R"(use_srtp
  SRTPProtectionProfiles
    SRTPProtectionProfile: SRTP_AEAD_AES_128_GCM (7)
  srtp_mki: ff
)");
}

TEST(SupportedVersions, AreAListOrAChoice) {
  EXPECT_EQ(told_extension(43, "06 0a0a 0304 0303"), R"(supported_versions
  versions
    ProtocolVersion: GREASE (0x0a0a)
    ProtocolVersion: TLS 1.3 (0x0304)
    ProtocolVersion: TLS 1.2 (0x0303)
)");
  EXPECT_EQ(told_extension(43, "7f1c", In::server_hello),
            "supported_versions\n  selected_version: 0x7f1c\n");
}

TEST(CertificateTypes, AreAListOrAChoice) {
  EXPECT_EQ(told_extension(19, "02 0200"), R"(client_certificate_type
  client_certificate_types
    CertificateType: RawPublicKey (2)
    CertificateType: X509 (0)
)");
  EXPECT_EQ(told_extension(20, "01 02"),
            "server_certificate_type\n  server_certificate_types\n"
            "    CertificateType: RawPublicKey (2)\n");
  EXPECT_EQ(told_extension(20, "02", In::encrypted_extensions),
            "server_certificate_type: RawPublicKey (2)\n");
}

TEST(PreSharedKey, IsAListOrAChoice) {
  EXPECT_EQ(told_extension(41, "0007 0001 69 00000007 0003 02 b1b2"), R"(pre_shared_key
  identities
    PskIdentity
      identity: 69
      obfuscated_ticket_age: 0x00000007
  binders
    PskBinderEntry: b1b2
)");
  EXPECT_EQ(told_extension(41, "0001", In::server_hello),
            "pre_shared_key\n  selected_identity: 1\n");
}

TEST(KeyShare, OfAnswerIsOneEntry) {
  EXPECT_EQ(told_extension(51, "001d 0001 ff", In::server_hello),
            "key_share\n  server_share\n    group: x25519\n    key_exchange: ff\n");
  EXPECT_EQ(told_extension(51, "0000"), "key_share\n  client_shares\n");
}

TEST(Alpn, NamesArePrintable) {
  EXPECT_EQ(told_extension(16, "0007 02 6832 03 61ff62"), R"(application_layer_protocol_negotiation
  protocol_name_list
    ProtocolName: h2
    ProtocolName: a\xffb
)");
}

TEST(SingleValues, AreTheExtensionsOwn) {
  EXPECT_EQ(told_extension(1, "02"), "max_fragment_length: 2^10 (2)\n");
  EXPECT_EQ(told_extension(15, "01"), "heartbeat: peer_allowed_to_send (1)\n");
  EXPECT_EQ(told_extension(21, "000000"), "padding: 3 bytes\n");
  EXPECT_EQ(told_extension(28, "0400"), "record_size_limit: 1024\n");
  EXPECT_EQ(told_extension(28, "04"),
            "record_size_limit\n  malformed: record_size_limit is cut short: 1 of 2 bytes\n");
}

TEST(WithoutBody, IsAName) {
  EXPECT_EQ(told_extension(22, ""), "encrypt_then_mac\n");
  EXPECT_EQ(told_extension(23, ""), "extended_master_secret\n");
  EXPECT_EQ(told_extension(42, ""), "early_data\n");
  EXPECT_EQ(told_extension(49, ""), "post_handshake_auth\n");
  EXPECT_EQ(told_extension(23, "00"),
            "extended_master_secret\n"
            "  malformed: 1 bytes too many after extended_master_secret\n");
}

TEST(Cookie, AndOtherSmallOnes) {
  EXPECT_EQ(told_extension(44, "0002 c0c1"), "cookie\n  cookie: c0c1\n");
  EXPECT_EQ(told_extension(0xff01, "02 0102"),
            "renegotiation_info\n  renegotiated_connection: 0102\n");
  EXPECT_EQ(told_extension(58, "0201"),
            "ticket_request\n  new_session_count: 2\n  resumption_count: 1\n");
  EXPECT_EQ(told_extension(58, "02", In::encrypted_extensions), "ticket_request: 2\n");
  EXPECT_EQ(told_extension(47, "0004 0002 3000"),
            "certificate_authorities\n  authorities\n    DistinguishedName: 3000\n");
}

TEST(EncryptedClientHello, IsToldFromOutside) {
  EXPECT_EQ(told_extension(0xfe0d, "00 0001 0003 2a 0001 e1 0002 b1b2"), R"(encrypted_client_hello
  type: outer (0)
  cipher_suite
    kdf_id: HKDF-SHA256 (1)
    aead_id: ChaCha20Poly1305 (3)
  config_id: 42
  enc: e1
  payload: b1b2
)");
  EXPECT_EQ(told_extension(0xfe0d, "01"), "encrypted_client_hello\n  type: inner (1)\n");
}

TEST(OtherExtensions, AreRaw) {
  EXPECT_EQ(told_extension(35, "0102"), "session_ticket: 0102\n");
  EXPECT_EQ(told_extension(18, ""), "signed_certificate_timestamp: 0 bytes\n");
  EXPECT_EQ(told_extension(57, "0104 80007530"), "quic_transport_parameters: 010480007530\n");
  EXPECT_EQ(told_extension(61, ""), "rrc: 0 bytes\n");
  EXPECT_EQ(told_extension(0x7a7a, "00"), "GREASE: 0x7a7a\n");
  EXPECT_EQ(told_extension(0x1234, "0102"), "extension_0x1234: 0102\n");
}

// Every type with every short body, in every place: a tree that adds up.
TEST(AnyExtension, OfAnyBytesIsATree) {
  const Bytes body = hex("0007 0005 0002 0001 0403 0003 ff00 0102 000a 01");
  std::vector<std::uint16_t> types = {0x2a2a, 0xfd00, 0xfe0d, 0xff01};
  for (std::uint16_t type = 0; type < 70; ++type) types.push_back(type);
  for (std::uint16_t type : types) {
    for (std::size_t size = 0; size <= body.size(); ++size) {
      for (std::size_t from = 0; from + size <= body.size(); ++from) {
        for (In in : {In::client_hello, In::server_hello, In::encrypted_extensions}) {
          const auto data = to_bytes(BytesView(body).subspan(from, size));
          const auto tree = handshake_message(message_with(in, {wire::ExtensionType{type}, data}));
          ASSERT_TRUE(adds_up(tree)) << outline(tree);
          ASSERT_EQ(tree.fields.back().fields.size(), 1U) << outline(tree);
        }
      }
    }
  }
}

}  // namespace
}  // namespace stepshake::testing
