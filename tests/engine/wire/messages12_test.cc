// The messages and extensions of TLS 1.2 and older: round trip, every truncation, trailing bytes, bounds.
#include <gtest/gtest.h>

#include "again.h"
#include "support/hex.h"
#include "wire/certificate12.h"
#include "wire/certificate_request12.h"
#include "wire/certificate_status.h"
#include "wire/certificate_verify12.h"
#include "wire/client_hello.h"
#include "wire/extension_bodies12.h"
#include "wire/hello_request.h"
#include "wire/key_exchange12.h"
#include "wire/new_session_ticket12.h"
#include "wire/server_hello12.h"
#include "wire/server_hello_done.h"

namespace stepshake::testing {
namespace {

using wire::ExtensionType;
using wire::KeyExchangeForm;
using wire::ProtocolVersion;
using Agreement = KeyExchangeForm::Agreement;

struct Case12 {
  const char* name;
  const char* body;
  Again again;
  std::vector<const char*> bad;  // each a decode_error
};

Again certificate(wire::CertificateType type) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto message, wire::decode_certificate12(body, type));
    return encode(message);
  };
}

Again request(ProtocolVersion version) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto message, wire::decode_certificate_request12(body, version));
    return encode(message);
  };
}

Again verify(ProtocolVersion version) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto message, wire::decode_certificate_verify12(body, version));
    return encode(message);
  };
}

Again server_keys(KeyExchangeForm form, ProtocolVersion version = ProtocolVersion::tls_1_2) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto message, wire::decode_server_key_exchange(body, form, version));
    return encode(message);
  };
}

Again client_keys(KeyExchangeForm form) {
  return [=](BytesView body) -> Result<Bytes> {
    TRY_ASSIGN(const auto message, wire::decode_client_key_exchange(body, form));
    return encode(message);
  };
}

std::vector<Case12> messages() {
  using enum ProtocolVersion;
  const KeyExchangeForm dhe{Agreement::dhe, false, true};
  const KeyExchangeForm ecdhe{Agreement::ecdhe, false, true};
  const KeyExchangeForm ecdhe_psk{Agreement::ecdhe, true, false};
  return {
      {"HelloRequest", "", again(wire::decode_hello_request), {"00"}},
      {"ServerHelloDone", "", again(wire::decode_server_hello_done), {"00"}},
      {"Certificate",
       "000009 000001aa 000002bbcc",
       certificate(wire::CertificateType::x509),
       {"000003 000000", "000004 000002aa", "000002 0000"}},
      {"EmptyCertificate", "000000", certificate(wire::CertificateType::x509), {"000001"}},
      {"RawPublicKey", "000003 aabbcc", certificate(wire::CertificateType::raw_public_key), {}},
      {"NoRawPublicKey", "000000", certificate(wire::CertificateType::raw_public_key), {}},
      {"CertificateRequest",
       "02 0140 0004 0401 0403 0007 0002aabb 0001cc",
       request(tls_1_2),
       {"00 0002 0401 0000", "01 40 0000 0000", "01 40 0003 040104 0000",
        "01 40 0002 0401 0002 0000", "01 40 0002 0401 0001 00"}},
      {"CertificateRequest10", "02 0140 0007 0002aabb 0001cc", request(tls_1_1), {"00 0000"}},
      {"CertificateVerify", "0403 0003 aabbcc", verify(tls_1_2), {}},
      {"CertificateVerify10", "0003 aabbcc", verify(tls_1_0), {}},
      {"CertificateStatus",
       "01 000002 aabb",
       again(wire::decode_certificate_status),
       {"01 000000"}},
      {"NewSessionTicket", "00000e10 0003 aabbcc", again(wire::decode_new_session_ticket12), {}},
      {"NoTicket", "00000000 0000", again(wire::decode_new_session_ticket12), {}},
      {"ServerDhe",
       "0002 aabb 0001 02 0002 ccdd 0401 0001 ee",
       server_keys(dhe),
       {"0000 0001 02 0002 ccdd 0401 0001 ee", "0002 aabb 0000 0002 ccdd 0401 0001 ee",
        "0002 aabb 0001 02 0000 0401 0001 ee"}},
      {"ServerDhe10", "0002 aabb 0001 02 0002 ccdd 0001 ee", server_keys(dhe, tls_1_0), {}},
      {"ServerEcdhe",
       "03 0017 02 aabb 0403 0001 ee",
       server_keys(ecdhe),
       {"03 0017 00 0403 0001 ee"}},
      {"ServerPsk", "0003 616263", server_keys({Agreement::none, true, false}), {}},
      {"ServerEcdhePsk", "0000 03 001d 02 aabb", server_keys(ecdhe_psk), {}},
      {"ClientRsa", "0003 aabbcc", client_keys({Agreement::rsa, false, false}), {}},
      {"ClientDhe", "0003 aabbcc", client_keys(dhe), {"0000"}},
      {"ClientEcdhe", "03 aabbcc", client_keys(ecdhe), {"00"}},
      {"ClientPsk", "0002 6162", client_keys({Agreement::none, true, false}), {}},
      {"ClientEcdhePsk", "0002 6162 01 aa", client_keys(ecdhe_psk), {"0002 6162 00"}},
      {"ClientRsaPsk", "0002 6162 0001 aa", client_keys({Agreement::rsa, true, false}), {}},
  };
}

Result<std::vector<wire::CertificateType>> decode_types(BytesView data) {
  return wire::decode_certificate_types(data, ExtensionType::client_certificate_type);
}

std::vector<Case12> extensions() {
  return {
      {"StatusRequest",
       "01 0006 0001aa 0001bb 0002 ccdd",
       again(wire::decode_status_request, wire::encode_status_request),
       {"01 0002 0000 0000"}},
      {"PointFormats",
       "03 000102",
       again(wire::decode_point_formats, wire::encode_point_formats),
       {"00"}},
      {"UseSrtp",
       "0004 0001 0007 02 aabb",
       again(wire::decode_use_srtp, wire::encode_use_srtp),
       {"0000 00", "0001 00 00", "0003 000100 00"}},
      {"Timestamps",
       "0007 0002aabb 0001cc",
       again(wire::decode_timestamps, wire::encode_timestamps),
       {"0000", "0002 0000", "0001 00"}},
      {"CertificateTypes", "02 0200", again(decode_types, wire::encode_certificate_types), {"00"}},
      {"RenegotiationInfo",
       "03 aabbcc",
       again(wire::decode_renegotiation_info, wire::encode_renegotiation_info),
       {}},
  };
}

void check(const Case12& each) {
  SCOPED_TRACE(each.name);
  const Bytes body = hex(each.body);
  const auto whole = each.again(body);
  ASSERT_TRUE(whole.ok()) << whole.failure().detail;
  EXPECT_EQ(to_hex(*whole), to_hex(body));
  for (std::size_t size = 0; size < body.size(); ++size) {
    const auto cut = each.again(BytesView(body).first(size));
    ASSERT_FALSE(cut.ok()) << size;
    EXPECT_EQ(alert_of(cut.failure()), AlertDescription::decode_error) << size;
  }
  for (std::size_t extra : {1U, 2U, 40U}) {
    Bytes longer = body;
    longer.resize(longer.size() + extra);
    const auto drawn_out = each.again(longer);
    ASSERT_FALSE(drawn_out.ok());
    EXPECT_EQ(alert_of(drawn_out.failure()), AlertDescription::decode_error);
  }
  for (const char* bad : each.bad) {
    const auto refused = each.again(hex(bad));
    ASSERT_FALSE(refused.ok()) << bad;
    EXPECT_EQ(alert_of(refused.failure()), AlertDescription::decode_error) << bad;
  }
}

TEST(Messages12, AreReadStrictlyAndWrittenAsTheyWere) {
  for (const auto& each : messages()) check(each);
}

TEST(Extensions12, AreReadStrictlyAndWrittenAsTheyWere) {
  for (const auto& each : extensions()) check(each);
}

AlertDescription alert_for(const auto& result) { return *alert_of(result.failure()); }

TEST(Extensions12, WithForbiddenValuesAreIllegal) {
  using enum AlertDescription;
  // RFC 6066 4
  for (std::uint8_t code : Bytes{0, 5, 255}) {
    EXPECT_EQ(alert_for(wire::decode_max_fragment_length(Bytes{code})), illegal_parameter);
  }
  EXPECT_EQ(*wire::decode_max_fragment_length(Bytes{4}), 4);
  EXPECT_EQ(wire::size_of_max_fragment_length(1), 512U);
  EXPECT_EQ(wire::size_of_max_fragment_length(4), 4'096U);
  EXPECT_EQ(alert_for(wire::decode_max_fragment_length(Bytes{})), decode_error);
  EXPECT_EQ(alert_for(wire::decode_max_fragment_length(Bytes{1, 1})), decode_error);
  // RFC 8449 4
  EXPECT_EQ(alert_for(wire::decode_record_size_limit(hex("003f"))), illegal_parameter);
  EXPECT_EQ(*wire::decode_record_size_limit(hex("0040")), 64);
  EXPECT_EQ(alert_for(wire::decode_record_size_limit(hex("004000"))), decode_error);
  // RFC 8422 5.1.2
  EXPECT_EQ(alert_for(wire::decode_point_formats(hex("020102"))), illegal_parameter);
  // RFC 8422 5.4: explicit curves
  for (const char* explicit_curve : {"01 0001 aa", "02 0001 aa"}) {
    EXPECT_EQ(alert_for(wire::decode_server_key_exchange(
                  hex(explicit_curve), {Agreement::ecdhe, false, true}, ProtocolVersion::tls_1_2)),
              illegal_parameter);
  }
  // RFC 6066 8
  EXPECT_EQ(alert_for(wire::decode_certificate_status(hex("02 000001 aa"))), illegal_parameter);
}

TEST(Extensions12, OfAHelloAreReadAndWritten) {
  wire::ClientHello hello;
  hello.cipher_suites = {wire::CipherSuite::tls_aes_128_gcm_sha256};
  auto& extensions = hello.extensions;
  extensions.max_fragment_length = std::uint8_t{2};
  extensions.status_request.emplace();
  extensions.ec_point_formats = {0};
  extensions.use_srtp = wire::UseSrtp{{1, 7}, Bytes{9}};
  extensions.signed_certificate_timestamp = true;
  extensions.client_certificate_types = {wire::CertificateType::raw_public_key};
  extensions.server_certificate_types = {wire::CertificateType::x509};
  extensions.encrypt_then_mac = true;
  extensions.extended_master_secret = true;
  extensions.record_size_limit = std::uint16_t{1'000};
  extensions.session_ticket = Bytes{1, 2, 3};
  extensions.renegotiation_info = Bytes{4, 5};
  const auto read = wire::decode_client_hello(encode(hello));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(encode(*read), encode(hello));
  EXPECT_TRUE(read->extensions.others.empty());
  EXPECT_EQ(read->extension_types.size(), 12U);
  EXPECT_EQ(read->extensions.session_ticket, (Bytes{1, 2, 3}));
  EXPECT_EQ(read->extensions.use_srtp->profiles, (std::vector<std::uint16_t>{1, 7}));
}

TEST(Extensions12, OfAServerHelloAreReadAndWritten) {
  wire::ServerHelloExtensions12 extensions;
  extensions.answers.server_name = true;
  extensions.answers.max_fragment_length = std::uint8_t{1};
  extensions.status_request = true;
  extensions.ec_point_formats = {0};
  extensions.answers.use_srtp = wire::UseSrtp{{7}, {}};
  extensions.answers.alpn = Bytes{'h', '2'};
  extensions.signed_certificate_timestamps = {Bytes{1}, Bytes{2, 3}};
  extensions.answers.client_certificate_type = wire::CertificateType::x509;
  extensions.answers.server_certificate_type = wire::CertificateType::raw_public_key;
  extensions.encrypt_then_mac = true;
  extensions.extended_master_secret = true;
  extensions.answers.record_size_limit = std::uint16_t{64};
  extensions.session_ticket = true;
  extensions.renegotiation_info = Bytes{};
  const auto raw = encode_server_hello_extensions12(extensions);
  EXPECT_EQ(raw.size(), 14U);
  EXPECT_TRUE(wire::check_places(raw, wire::Place::server_hello12).ok());
  const auto read = wire::decode_server_hello_extensions12(raw);
  ASSERT_TRUE(read.ok());
  const auto again = encode_server_hello_extensions12(*read);
  ASSERT_EQ(again.size(), raw.size());
  for (std::size_t i = 0; i < raw.size(); ++i) EXPECT_EQ(again[i].data, raw[i].data);
  // Every one with a byte too many, and where it has any, one too few.
  for (std::size_t i = 0; i < raw.size(); ++i) {
    auto longer = raw;
    longer[i].data.push_back(0);
    ASSERT_FALSE(wire::decode_server_hello_extensions12(longer).ok()) << wire::shown(raw[i].type);
    EXPECT_EQ(alert_for(wire::decode_server_hello_extensions12(longer)),
              AlertDescription::decode_error);
    if (raw[i].data.empty()) continue;
    auto shorter = raw;
    shorter[i].data.pop_back();
    ASSERT_FALSE(wire::decode_server_hello_extensions12(shorter).ok()) << wire::shown(raw[i].type);
  }
  // RFC 5246 7.4.1.4.1, RFC 8446 4.2: what a ServerHello of TLS 1.2 never has.
  for (auto type : {ExtensionType::signature_algorithms, ExtensionType::key_share,
                    ExtensionType::cookie, ExtensionType::padding}) {
    EXPECT_FALSE(wire::check_places(std::vector{type}, wire::Place::server_hello12).ok());
  }
}

}  // namespace
}  // namespace stepshake::testing
