// What TLS 1.2 demands of the peer's messages, each broken by itself, with the alert that answers it: RFC 5246 7.4, 5077,
// 5746, 6066, 7301, 7366, 7507, 7627, 7919, 8422, 8446 4.1.3 and D.
#include <gtest/gtest.h>

#include <functional>

#include "crypto/signature12.h"
#include "hello12.h"
#include "wire/certificate12.h"
#include "wire/key_exchange12.h"
#include "wire/server_hello12.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::CipherSuite;
using wire::ContentType;
using wire::ExtensionType;
using wire::HandshakeType;
using wire::NamedGroup;
using wire::ProtocolVersion;
using wire::SignatureScheme;

struct HelloRow {
  const char* name;
  std::function<void(wire::ServerHello&)> change;
  AlertDescription alert;
};

void set(wire::ServerHello& hello, ExtensionType type, Bytes data) {
  put(hello.extensions, type, std::move(data));
}

TEST(ServerHello12, ThatBreaksARuleIsRefused) {
  const std::vector<HelloRow> rows = {
      {"suite not offered", [](auto& h) { h.cipher_suite = CipherSuite{0xfafa}; },
       illegal_parameter},
      {"suite of TLS 1.3", [](auto& h) { h.cipher_suite = CipherSuite::tls_aes_128_gcm_sha256; },
       illegal_parameter},
      {"compression", [](auto& h) { h.legacy_compression_method = 1; }, illegal_parameter},
      {"TLS 1.1", [](auto& h) { h.legacy_version = 0x0302; }, protocol_version},
      {"SSL 3.0", [](auto& h) { h.legacy_version = 0x0300; }, protocol_version},
      {"TLS 1.3 in the old place", [](auto& h) { h.legacy_version = 0x0304; }, protocol_version},
      {"session id of 33 bytes", [](auto& h) { h.legacy_session_id_echo = Bytes(33); },
       decode_error},
      {"unsolicited", [](auto& h) { set(h, ExtensionType::heartbeat, {1}); },
       unsupported_extension},
      {"unknown and unsolicited", [](auto& h) { set(h, ExtensionType{0xfafa}, {}); },
       unsupported_extension},
      {"supported_versions unasked",
       [](auto& h) {
         set(h, ExtensionType::supported_versions, {3, 3});
       },
       unsupported_extension},
      {"twice",
       [](auto& h) {
         h.extensions.push_back({ExtensionType::renegotiation_info, Bytes{0}});
       },
       illegal_parameter},
      {"signature_algorithms",
       [](auto& h) {
         set(h, ExtensionType::signature_algorithms, {0, 2, 4, 3});
       },
       illegal_parameter},
      {"no renegotiation_info",
       [](auto& h) { drop(h.extensions, ExtensionType::renegotiation_info); }, handshake_failure},
      {"renegotiation_info of another connection",
       [](auto& h) {
         set(h, ExtensionType::renegotiation_info, {1, 7});
       },
       handshake_failure},
      {"renegotiation_info malformed",
       [](auto& h) {
         set(h, ExtensionType::renegotiation_info, {2, 7});
       },
       decode_error},
      {"extended_master_secret with a body",
       [](auto& h) { set(h, ExtensionType::extended_master_secret, {0}); }, decode_error},
      {"encrypt_then_mac with an AEAD",
       [](auto& h) { set(h, ExtensionType::encrypt_then_mac, {}); }, unsupported_extension},
      {"session_ticket with a body", [](auto& h) { set(h, ExtensionType::session_ticket, {1}); },
       decode_error},
      {"server_name with a body", [](auto& h) { set(h, ExtensionType::server_name, {0}); },
       decode_error},
      {"point formats without uncompressed",
       [](auto& h) {
         set(h, ExtensionType::ec_point_formats, {1, 1});
       },
       illegal_parameter},
      {"no point formats", [](auto& h) { set(h, ExtensionType::ec_point_formats, {0}); },
       decode_error},
      {"a protocol that was not offered",
       [](auto& h) {
         set(h, ExtensionType::application_layer_protocol_negotiation, {0, 2, 1, 'x'});
       },
       illegal_parameter},
      {"two protocols",
       [](auto& h) {
         set(h, ExtensionType::application_layer_protocol_negotiation,
             {0, 6, 2, 'h', '2', 2, 'h', '2'});
       },
       illegal_parameter},
      {"another fragment length", [](auto& h) { set(h, ExtensionType::max_fragment_length, {2}); },
       illegal_parameter},
      {"an SRTP profile that was not offered",
       [](auto& h) {
         set(h, ExtensionType::use_srtp, {0, 2, 0, 9, 0});
       },
       illegal_parameter},
      {"two SRTP profiles",
       [](auto& h) {
         set(h, ExtensionType::use_srtp, {0, 4, 0, 1, 0, 7, 0});
       },
       illegal_parameter},
      {"another key identifier",
       [](auto& h) {
         set(h, ExtensionType::use_srtp, {0, 2, 0, 7, 1, 1});
       },
       illegal_parameter},
      {"a type of certificate that was not offered",
       [](auto& h) { set(h, ExtensionType::server_certificate_type, {1}); }, illegal_parameter},
      {"the mark of a downgrade",
       [](auto& h) {
         h.legacy_version = 0x0302;
         std::copy_n("DOWNGRD", 8, h.random.end() - 8);
       },
       illegal_parameter},
  };
  policy::Config ours = kind12("Ecdhe").client;
  ours.alpn_protocols = {to_bytes(view_of("h2"))};
  ours.max_fragment_length = std::uint8_t{1};
  ours.srtp_profiles = {7, 1};
  ours.server_certificate_types = {wire::CertificateType::x509};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Answered here = answered(ours, kind12("Ecdhe").server);
    ASSERT_TRUE(takes(here.client, in_the_clear(framed(here.hello))));
    row.change(here.hello);
    EXPECT_TRUE(refuses(here.client, in_the_clear(framed(here.hello)), row.alert));
  }
}

// RFC 5746 4.1: a client may be told to take them; RFC 7366 2: no use for an AEAD, also where it was offered.
TEST(ServerHello12, IsTakenAsTheConfigurationHasIt) {
  policy::Config ours = kind12("Ecdhe").client;
  ours.legacy_servers = true;
  Answered here = answered(ours, kind12("Ecdhe").server);
  drop(here.hello.extensions, ExtensionType::renegotiation_info);
  EXPECT_TRUE(takes(here.client, in_the_clear(framed(here.hello))));
  ours.extended_master_secret = policy::Wish::required;
  here = answered(ours, kind12("Ecdhe").server);
  drop(here.hello.extensions, ExtensionType::extended_master_secret);
  EXPECT_TRUE(refuses(here.client, in_the_clear(framed(here.hello)), handshake_failure));
  ours.cipher_suites.push_back(CipherSuite::tls_ecdhe_ecdsa_with_aes_128_cbc_sha);
  here = answered(ours, kind12("Ecdhe").server);
  put(here.hello.extensions, ExtensionType::encrypt_then_mac, {});
  EXPECT_TRUE(refuses(here.client, in_the_clear(framed(here.hello)), illegal_parameter));
  // Old servers echo it.
  here = answered(ours, kind12("Ecdhe").server);
  put(here.hello.extensions, ExtensionType::supported_groups, {0, 2, 0, 23});
  EXPECT_TRUE(takes(here.client, in_the_clear(framed(here.hello))));
}

// RFC 8446 4.1.3, D.3, and the id of TLS 1.3's compatibility mode, which no TLS 1.2 server knows.
TEST(ServerHello12, ToAClientThatOfferedTls13) {
  const policy::Config ours = client_config_of_all_versions();
  Answered here = answered(ours, server_config12());
  ASSERT_TRUE(takes(here.client, in_the_clear(framed(here.hello))));
  auto echo = here.hello;
  echo.legacy_session_id_echo =
      decoded_hello(here.client.session.transcript.messages).legacy_session_id;
  ASSERT_EQ(echo.legacy_session_id_echo.size(), 32U);
  EXPECT_TRUE(refuses(here.client, in_the_clear(framed(echo)), illegal_parameter));
  for (std::uint8_t last : Bytes{0, 1}) {
    auto marked = here.hello;
    std::copy_n("DOWNGRD", 7, marked.random.end() - 8);
    marked.random.back() = last;
    EXPECT_TRUE(refuses(here.client, in_the_clear(framed(marked)), illegal_parameter));
  }
  // The server does mark it.
  policy::Config theirs = server_config_of_all_versions();
  const Answered old = answered(client_config12(), theirs);
  EXPECT_EQ(to_hex(BytesView(old.hello.random).last(8)), "444f574e47524401");
  theirs.min_version = ProtocolVersion::tls_1_1;
  const Answered older = answered(client_config12(ProtocolVersion::tls_1_1), theirs);
  EXPECT_EQ(to_hex(BytesView(older.hello.random).last(8)), "444f574e47524400");
}

// A message of the server's key exchange, changed, and signed as it then is.
struct KeyRow {
  const char* name;
  const char* kind;
  std::function<void(wire::ServerKeyExchange&)> change;
  AlertDescription alert;
};

schedule::HelloRandoms randoms_of(const Victim& client) {
  return std::get<handshake::client12::WaitServerKeyExchange>(client.session.state).agreed.randoms;
}

TEST(ServerKeyExchange12, ThatBreaksARuleIsRefused) {
  const std::vector<KeyRow> rows = {
      {"curve not offered", "Ecdhe", [](auto& m) { m.ecdh->group = NamedGroup{0x0015}; },
       illegal_parameter},
      {"a prime's name as a curve", "Ecdhe", [](auto& m) { m.ecdh->group = NamedGroup::ffdhe2048; },
       illegal_parameter},
      {"weak prime", "Dhe",
       [](auto& m) {
         m.dh->p = Bytes(128, 0xff);
         m.dh->g = {2};
         m.dh->public_key = Bytes(128, 0x7f);
       },
       insufficient_security},
      {"even prime", "Dhe", [](auto& m) { m.dh->p.back() &= 0xfe; }, handshake_failure},
      {"generator 1", "Dhe", [](auto& m) { m.dh->g = {1}; }, handshake_failure},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Station& here = station12(std::string(row.kind) + " client WaitServerKeyExchange");
    const bool ecdhe = std::string(row.kind) == "Ecdhe";
    wire::KeyExchangeForm form{
        ecdhe ? wire::KeyExchangeForm::Agreement::ecdhe : wire::KeyExchangeForm::Agreement::dhe,
        false, true};
    auto message = wire::decode_server_key_exchange(wire::unframe(here.message).body, form,
                                                    ProtocolVersion::tls_1_2)
                       .value();
    row.change(message);
    const auto randoms = randoms_of(here.victim);
    const auto scheme =
        ecdhe ? SignatureScheme::ecdsa_secp256r1_sha256 : SignatureScheme::rsa_pss_rsae_sha256;
    const auto& key = identity(ecdhe ? crypto::KeyType::ec_p256 : crypto::KeyType::rsa).key;
    crypto::Random random(crypto::Entropy{});
    message.proof = wire::DigitallySigned{
        scheme, crypto::sign12(scheme, key,
                               concat({randoms.client, randoms.server, encode_params(message)}),
                               crypto::Nonces::libcrypto, random)
                    .value()};
    EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), row.alert));
  }
}

TEST(ServerKeyExchange12, IsHeldToItsSignature) {
  const Station& here = station12("Ecdhe client WaitServerKeyExchange");
  const wire::KeyExchangeForm form{wire::KeyExchangeForm::Agreement::ecdhe, false, true};
  const auto honest = wire::decode_server_key_exchange(wire::unframe(here.message).body, form,
                                                       ProtocolVersion::tls_1_2)
                          .value();
  auto message = honest;
  message.ecdh->public_key[5] ^= 1;
  EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), decrypt_error));
  message = honest;
  message.proof->signature.back() ^= 1;
  EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), decrypt_error));
  message = honest;
  message.proof->signature.clear();
  EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), decrypt_error));
  // RFC 5246 7.4.3: a scheme that was not offered, or is not the key's.
  for (auto scheme : {SignatureScheme::ecdsa_sha1, SignatureScheme{0xfafa},
                      SignatureScheme::rsa_pss_rsae_sha256, SignatureScheme::ed25519}) {
    message = honest;
    message.proof->algorithm = scheme;
    EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), illegal_parameter))
        << wire::shown(scheme);
  }
}

TEST(Certificate12, ThatBreaksARuleIsRefused) {
  const Station& here = station12("Ecdhe client WaitCertificate");
  const auto certificate = [](crypto::KeyType type) {
    return in_the_clear(
        framed(wire::Certificate12{wire::CertificateType::x509, identity(type).chain}));
  };
  EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(wire::Certificate12{})), decode_error));
  // RFC 5246 7.4.2: not of the suite's kind.
  EXPECT_TRUE(refuses(here.victim, certificate(crypto::KeyType::rsa), illegal_parameter));
  EXPECT_TRUE(refuses(station12("Dhe client WaitCertificate").victim,
                      certificate(crypto::KeyType::ec_p256), illegal_parameter));
  // A key that may sign alone has no secret to be sent to.
  EXPECT_TRUE(refuses(station12("Rsa client WaitCertificate").victim,
                      certificate(crypto::KeyType::ed25519), unsupported_certificate));
  EXPECT_TRUE(takes(here.victim, certificate(crypto::KeyType::ed25519)));
}

struct ClientRow {
  const char* name;
  std::function<void(wire::ClientHello&, wire::RawExtensions&)> change;
  AlertDescription alert;
};

TEST(ClientHello12, ThatBreaksARuleIsRefused) {
  const std::vector<ClientRow> rows = {
      {"no null compression", [](auto& h, auto&) { h.legacy_compression_methods = {1}; },
       illegal_parameter},
      {"SSL 3.0", [](auto& h, auto&) { h.legacy_version = 0x0300; }, protocol_version},
      {"TLS 1.1", [](auto& h, auto&) { h.legacy_version = 0x0302; }, protocol_version},
      {"no suite in common", [](auto& h, auto&) { h.cipher_suites = {CipherSuite{0xfafa}}; },
       handshake_failure},
      {"suites of TLS 1.3 alone",
       [](auto& h, auto&) { h.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256}; },
       handshake_failure},
      {"session id of 33 bytes", [](auto& h, auto&) { h.legacy_session_id = Bytes(33); },
       decode_error},
      {"no suite", [](auto& h, auto&) { h.cipher_suites.clear(); }, decode_error},
      {"no compression", [](auto& h, auto&) { h.legacy_compression_methods.clear(); },
       decode_error},
      {"no group in common",
       [](auto&, auto& e) {
         put(e, ExtensionType::supported_groups, {0, 2, 0xfa, 0xfa});
       },
       handshake_failure},
      {"the certificate's curve is not named",
       [](auto&, auto& e) {
         put(e, ExtensionType::supported_groups, {0, 2, 0, 0x1d});
       },
       handshake_failure},
      {"no scheme in common",
       [](auto&, auto& e) {
         put(e, ExtensionType::signature_algorithms, {0, 2, 4, 1});
       },
       handshake_failure},
      {"schemes of RFC 5246's default",
       [](auto&, auto& e) { drop(e, ExtensionType::signature_algorithms); }, handshake_failure},
      {"no schemes at all",
       [](auto&, auto& e) {
         put(e, ExtensionType::signature_algorithms, {0, 0});
       },
       decode_error},
      {"renegotiation_info in a first hello",
       [](auto&, auto& e) {
         put(e, ExtensionType::renegotiation_info, {1, 1});
       },
       handshake_failure},
      {"renegotiation_info malformed",
       [](auto&, auto& e) { put(e, ExtensionType::renegotiation_info, {}); }, decode_error},
      {"point formats without uncompressed",
       [](auto&, auto& e) {
         put(e, ExtensionType::ec_point_formats, {1, 1});
       },
       illegal_parameter},
      {"fragment length out of bounds",
       [](auto&, auto& e) { put(e, ExtensionType::max_fragment_length, {5}); }, illegal_parameter},
      {"record size limit too small",
       [](auto&, auto& e) {
         put(e, ExtensionType::record_size_limit, {0, 63});
       },
       illegal_parameter},
      {"extended_master_secret with a body",
       [](auto&, auto& e) { put(e, ExtensionType::extended_master_secret, {1}); }, decode_error},
      {"twice", [](auto&, auto& e) { e.push_back(e.front()); }, illegal_parameter},
      {"no type of certificate in common",
       [](auto&, auto& e) {
         put(e, ExtensionType::server_certificate_type, {1, 2});
       },
       unsupported_certificate},
      {"no protocol in common",
       [](auto&, auto& e) {
         put(e, ExtensionType::application_layer_protocol_negotiation, {0, 2, 1, 'x'});
       },
       no_application_protocol},
  };
  policy::Config theirs = kind12("Ecdhe").server;
  theirs.alpn_protocols = {to_bytes(view_of("h2"))};
  const Victim server(theirs, 12);
  const policy::Config ours = kind12("Ecdhe").client;
  ASSERT_TRUE(takes(server, changed_hello(ours, [](auto&, auto&) {})));
  for (const auto& row : rows) {
    EXPECT_TRUE(refuses(server, changed_hello(ours, row.change), row.alert)) << row.name;
  }
}

// RFC 5246 E.1: a higher version than any that there is gets the server's best.
TEST(ClientHello12, OfAnUnknownVersionIsAnsweredWithTheBest) {
  const Victim server(server_config_of_all_versions(), 12);
  for (std::uint16_t version : std::vector<std::uint16_t>{0x0303, 0x0304, 0x0305, 0x03ff, 0x0a0a}) {
    Victim copy = server;
    ASSERT_TRUE(copy.feed(
        changed_hello(client_config12(), [&](auto& h, auto&) { h.legacy_version = version; })));
    EXPECT_EQ(copy.session.facts.version, ProtocolVersion::tls_1_2);
  }
  // RFC 8446 4.2.1: supported_versions alone decides, also for TLS 1.2.
  Victim copy = server;
  ASSERT_TRUE(copy.feed(changed_hello(client_config12(), [](auto& h, auto& e) {
    h.legacy_version = 0x0303;
    put(e, ExtensionType::supported_versions, {4, 0xfa, 0xfa, 3, 3});
  })));
  EXPECT_EQ(copy.session.facts.version, ProtocolVersion::tls_1_2);
  EXPECT_TRUE(refuses(server,
                      changed_hello(client_config12(),
                                    [](auto&, auto& e) {
                                      put(e, ExtensionType::supported_versions, {2, 3, 1});
                                    }),
                      protocol_version));
}

// RFC 5746 3.6: without the extension and the signal alike a client is taken; with the signal alone it is answered.
TEST(ClientHello12, SaysByASignalThatItKnowsRenegotiationInfo) {
  const Kind12 kind = kind12("Ecdhe");
  Victim silent(kind.server, 12);
  ASSERT_TRUE(silent.feed(changed_hello(
      kind.client, [](auto&, auto& e) { drop(e, ExtensionType::renegotiation_info); })));
  EXPECT_FALSE(silent.session.facts.secure_renegotiation);
  Victim signalled(kind.server, 12);
  ASSERT_TRUE(signalled.feed(changed_hello(kind.client, [](auto& h, auto& e) {
    drop(e, ExtensionType::renegotiation_info);
    h.cipher_suites.push_back(wire::kEmptyRenegotiationInfoScsv);
  })));
  EXPECT_TRUE(signalled.session.facts.secure_renegotiation);
  const auto said = records_in(signalled.take_output()).front();
  EXPECT_EQ(data_of(server_hello_of(BytesView(said).subspan(record::kHeaderSize)).extensions,
                    ExtensionType::renegotiation_info),
            Bytes{0});
}

// RFC 7507
TEST(ClientHello12, ThatFallsBackWithoutNeedIsRefused) {
  policy::Config ours = client_config12();
  ours.fallback_scsv = true;
  const Bytes hello = changed_hello(ours, [](auto&, auto&) {});
  EXPECT_TRUE(refuses(Victim(server_config_of_all_versions(), 12), hello, inappropriate_fallback));
  EXPECT_TRUE(takes(Victim(server_config12(), 12), hello));
}

// RFC 7919 4: primes that are not known here, and nothing else.
TEST(ClientHello12, WithForeignPrimesAloneIsInsufficientSecurity) {
  const Kind12 kind = kind12("Dhe");
  const Bytes hello = changed_hello(kind.client, [](auto&, auto& e) {
    put(e, ExtensionType::supported_groups, {0, 2, 1, 0xf0});
  });
  EXPECT_TRUE(refuses(Victim(kind.server, 12), hello, insufficient_security));
  // None named: the server's own choice.
  const Bytes any = changed_hello(kind.client, [](auto&, auto& e) {
    put(e, ExtensionType::supported_groups, {0, 2, 0, 0x1d});
  });
  EXPECT_TRUE(takes(Victim(kind.server, 12), any));
}

// RFC 5246 E.2, RFC 8446 D.5
TEST(ClientHello12, InSsl2sFormIsRefused) {
  const Bytes hello =
      hex("802e 01 0303 0015 0000 0010 00c02f 00c030 00009c 00009d 00002f 000035 0000ff");
  EXPECT_TRUE(refuses(Victim(server_config_of_all_versions(), 12), hello, protocol_version));
}

TEST(ClientKeyExchange12, ThatBreaksARuleIsRefused) {
  const Station& ecdhe = station12("Ecdhe server WaitClientKeyExchange");
  Bytes point = ecdhe.message;
  point[10] ^= 1;
  const bool montgomery = point[4] == 32;
  if (!montgomery) {
    EXPECT_TRUE(refuses(ecdhe.victim, in_the_clear(point), illegal_parameter));
  }
  using Agreement = wire::KeyExchangeForm::Agreement;
  wire::ClientKeyExchange zeros{{}, Agreement::ecdhe, Bytes(32)};
  EXPECT_TRUE(refuses(ecdhe.victim, in_the_clear(framed(zeros)), illegal_parameter));
  const Station& dhe = station12("Dhe server WaitClientKeyExchange");
  for (std::uint8_t value : Bytes{0, 1}) {
    const wire::ClientKeyExchange one{{}, Agreement::dhe, Bytes{value}};
    EXPECT_TRUE(refuses(dhe.victim, in_the_clear(framed(one)), handshake_failure));
  }
  // RFC 4279 2
  const wire::ClientKeyExchange unknown{Bytes{'?'}, Agreement::none, {}};
  EXPECT_TRUE(refuses(station12("Psk server WaitClientKeyExchange").victim,
                      in_the_clear(framed(unknown)), unknown_psk_identity));
}

// RFC 5246 7.4.7.1: nothing tells a premaster secret that was not well formed from another one.
TEST(ClientKeyExchange12, WithAnyCiphertextGoesOnToFinished) {
  const Station& here = station12("Rsa server WaitClientKeyExchange");
  const Station& finished = station12("Rsa server WaitFinished");
  using Agreement = wire::KeyExchangeForm::Agreement;
  for (std::size_t size : {0U, 1U, 255U, 256U, 257U}) {
    Victim victim = here.victim;
    const wire::ClientKeyExchange message{{}, Agreement::rsa, Bytes(size, 0x42)};
    ASSERT_TRUE(victim.feed(in_the_clear(framed(message)))) << size;
    ASSERT_TRUE(victim.feed(record_of(ContentType::change_cipher_spec, Bytes{1})));
    EXPECT_EQ(victim.state(), "WaitFinished");
    EXPECT_TRUE(refuses(victim, finished.record, bad_record_mac));
  }
}

TEST(CertificateVerify12, IsHeldToItsSchemeAndSignature) {
  const Station& here = station12("ClientCertificate server WaitCertificateVerify");
  const auto honest =
      wire::decode_certificate_verify12(wire::unframe(here.message).body, ProtocolVersion::tls_1_2)
          .value();
  auto message = honest;
  message.proof.signature[3] ^= 1;
  EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), decrypt_error));
  for (auto scheme : {SignatureScheme::rsa_pkcs1_sha1, SignatureScheme::ecdsa_secp256r1_sha256}) {
    message = honest;
    message.proof.algorithm = scheme;
    EXPECT_TRUE(refuses(here.victim, in_the_clear(framed(message)), illegal_parameter));
  }
  // RFC 5246 7.4.6: a certificate that is demanded.
  EXPECT_TRUE(refuses(station12("ClientCertificate server WaitCertificate").victim,
                      in_the_clear(framed(wire::Certificate12{})), handshake_failure));
}

TEST(Finished12, IsHeldToTheTranscript) {
  for (const char* side : {"Ecdhe client WaitFinished", "Ecdhe server WaitFinished",
                           "Resumed client WaitFinished", "Resumed server WaitFinished"}) {
    SCOPED_TRACE(side);
    const Station& here = station12(side);
    Bytes message = here.message;
    message.back() ^= 1;
    Peer peer(here.victim);
    EXPECT_TRUE(refuses(here.victim, peer.handshake(message), decrypt_error));
  }
}

}  // namespace
}  // namespace stepshake::testing
