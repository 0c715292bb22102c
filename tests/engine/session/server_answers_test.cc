// What a client refuses in ServerHello, HelloRetryRequest and EncryptedExtensions (RFC 8446 4.1.3, 4.1.4, 4.2, 4.3.1).
#include <gtest/gtest.h>

#include <functional>

#include "support/edit.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ExtensionType;
using enum wire::ExtensionType;
using wire::NamedGroup;

struct ServerHelloCase {
  const char* name;
  std::function<void(wire::ServerHello&)> change;
  std::vector<AlertDescription> alerts;
};

Bytes share(NamedGroup group, BytesView key) {
  return wire::encode_server_share({group, to_bytes(key)});
}

// Both the first ServerHello and the one after a HelloRetryRequest.
std::vector<ServerHelloCase> server_hello_cases() {
  return {
      {"LegacyVersion", [](auto& hello) { hello.legacy_version = 0x0304; }, {illegal_parameter}},
      {"OldLegacyVersion", [](auto& hello) { hello.legacy_version = 0x0302; }, {illegal_parameter}},
      {"SessionIdEcho",
       [](auto& hello) { hello.legacy_session_id_echo[0] ^= 1; },
       {illegal_parameter}},
      {"SessionIdMissing",
       [](auto& hello) { hello.legacy_session_id_echo.clear(); },
       {illegal_parameter}},
      {"SessionIdCut",
       [](auto& hello) { hello.legacy_session_id_echo.pop_back(); },
       {illegal_parameter}},
      {"SessionIdTooLong",
       [](auto& hello) { hello.legacy_session_id_echo.push_back(0); },
       {decode_error}},
      {"Compression",
       [](auto& hello) { hello.legacy_compression_method = 1; },
       {illegal_parameter}},
      // RFC 8446 4.1.3: one that was not offered.
      {"SuiteNotOffered",
       [](auto& hello) { hello.cipher_suite = wire::CipherSuite::tls_aes_128_ccm_8_sha256; },
       {illegal_parameter}},
      {"SuiteOfTls12",
       [](auto& hello) { hello.cipher_suite = wire::CipherSuite{0xc02f}; },
       {illegal_parameter}},
      {"SuiteUnknown",
       [](auto& hello) { hello.cipher_suite = wire::CipherSuite{0xfafa}; },
       {illegal_parameter}},
      // RFC 8446 4.2.1: a version that was not offered, or one before TLS 1.3.
      {"VersionTls12",
       [](auto& h) { put(h.extensions, supported_versions, hex("0303")); },
       {illegal_parameter}},
      {"VersionUnknown",
       [](auto& h) { put(h.extensions, supported_versions, hex("0305")); },
       {illegal_parameter}},
      {"VersionDraft",
       [](auto& h) { put(h.extensions, supported_versions, hex("7f1c")); },
       {illegal_parameter}},
      {"VersionCut",
       [](auto& h) { put(h.extensions, supported_versions, hex("03")); },
       {decode_error}},
      {"VersionAsList",
       [](auto& h) { put(h.extensions, supported_versions, hex("020304")); },
       {decode_error}},
      {"Duplicate",
       [](auto& h) { h.extensions.push_back(h.extensions.front()); },
       {illegal_parameter, decode_error}},
      // RFC 8446 9.2: no key_share where no PSK was agreed on.
      {"NoKeyShare",
       [](auto& h) { drop(h.extensions, key_share); },
       {missing_extension, illegal_parameter, handshake_failure}},
      // RFC 8446 4.2.8: a group without a share of the client's.
      {"ShareOfAnotherGroup",
       [](auto& h) { put(h.extensions, key_share, share(NamedGroup::secp384r1, Bytes(97, 4))); },
       {illegal_parameter}},
      {"ShareOfAnUnknownGroup",
       [](auto& h) { put(h.extensions, key_share, share(NamedGroup{0xfafa}, Bytes(32, 4))); },
       {illegal_parameter}},
      {"ShareEmpty",
       [](auto& h) { put(h.extensions, key_share, hex("001d 0000")); },
       {decode_error}},
      {"ShareTrailing",
       [](auto& h) {
         Bytes longer = data_of(h.extensions, key_share);
         longer.push_back(0);
         put(h.extensions, key_share, longer);
       },
       {decode_error}},
      {"ShareIsARetrys",
       [](auto& h) { put(h.extensions, key_share, hex("001d")); },
       {decode_error}},
      // RFC 8446 4.2: extensions known, offered, and specified for other messages.
      {"MisplacedServerName",
       [](auto& h) { put(h.extensions, server_name, {}); },
       {illegal_parameter}},
      {"MisplacedAlpn",
       [](auto& h) {
         put(h.extensions, application_layer_protocol_negotiation, hex("0003 02 6832"));
       },
       {illegal_parameter}},
      {"MisplacedGroups",
       [](auto& h) { put(h.extensions, supported_groups, hex("0002 001d")); },
       {illegal_parameter}},
      {"MisplacedSchemes",
       [](auto& h) { put(h.extensions, signature_algorithms, hex("0002 0403")); },
       {illegal_parameter}},
      // RFC 8446 4.2: not offered.
      {"UnsolicitedUnknown",
       [](auto& h) { put(h.extensions, ExtensionType{0xfafa}, {}); },
       {unsupported_extension}},
      {"UnsolicitedPsk",
       [](auto& h) { put(h.extensions, pre_shared_key, hex("0000")); },
       {unsupported_extension, illegal_parameter}},
      {"UnsolicitedEms",
       [](auto& h) { put(h.extensions, extended_master_secret, {}); },
       {unsupported_extension, illegal_parameter}},
      {"UnsolicitedRenegotiation",
       [](auto& h) { put(h.extensions, renegotiation_info, hex("00")); },
       {unsupported_extension, illegal_parameter}},
      {"CookieInServerHello",
       [](auto& h) { put(h.extensions, cookie, hex("0001 00")); },
       {unsupported_extension, illegal_parameter}},
  };
}

class BadServerHello : public ::testing::TestWithParam<ServerHelloCase> {};

TEST_P(BadServerHello, IsRefusedAsTheFirst) {
  const Station& here = station("client WaitServerHello");
  auto hello = server_hello_of(here.message);
  GetParam().change(hello);
  EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(hello)),
                                  GetParam().alerts));
}

TEST_P(BadServerHello, IsRefusedAfterARetry) {
  const Station& here = station("client WaitSecondServerHello");
  auto hello = server_hello_of(here.message);
  GetParam().change(hello);
  EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(hello)),
                                  GetParam().alerts));
}

INSTANTIATE_TEST_SUITE_P(ServerAnswers, BadServerHello, ::testing::ValuesIn(server_hello_cases()),
                         NameOfCase());

// RFC 8446 4.1.3, 4.2.1: a server of TLS 1.2, with and without the downgrade sentinel.
TEST(ServerOfTls12, IsRefused) {
  const Station& here = station("client WaitServerHello");
  for (std::uint8_t last : Bytes{0x77, 0x00, 0x01}) {
    auto hello = server_hello_of(here.message);
    hello.extensions.clear();
    hello.cipher_suite = wire::CipherSuite{0xc02f};
    const Bytes sentinel = concat({view_of("DOWNGRD"), Bytes{last}});
    std::copy(sentinel.begin(), sentinel.end(), hello.random.end() - 8);
    EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(hello)),
                                    {protocol_version, illegal_parameter}));
  }
}

// RFC 8446 7.4.1, 7.4.2, 4.2.8.2: shares that are of no point, or of low order.
TEST(ServerShare, OfTheRightGroupButBadIsRefused) {
  const Station& x25519 = station("client WaitServerHello");
  const std::vector<Bytes> bad_x25519 = {
      Bytes(31, 9),
      Bytes(33, 9),
      Bytes(1, 9),
      Bytes(32, 0),
      hex("0100000000000000000000000000000000000000000000000000000000000000"),
      hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
      hex("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
      hex("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      hex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
      hex("eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
  };
  for (const auto& key : bad_x25519) {
    auto hello = server_hello_of(x25519.message);
    put(hello.extensions, key_share, share(NamedGroup::x25519, key));
    EXPECT_TRUE(
        refuses(x25519.victim, Peer(x25519.victim).handshake(framed(hello)), illegal_parameter))
        << to_hex(key);
  }
  const Station& p256 = station("client WaitSecondServerHello");
  const Bytes good =
      to_bytes(BytesView(data_of(server_hello_of(p256.message).extensions, key_share)).subspan(4));
  Bytes off_curve = good;
  off_curve.back() ^= 1;
  Bytes compressed(good.begin(), good.begin() + 33);
  compressed[0] = 2;
  Bytes hybrid = good;
  hybrid[0] = static_cast<std::uint8_t>(6 + (good.back() & 1));
  Bytes zeros(65, 0);
  zeros[0] = 4;
  Bytes beyond(65, 0xff);
  beyond[0] = 4;
  for (const auto& key : {off_curve, compressed, hybrid, zeros, beyond, Bytes{0}, Bytes(64, 4),
                          Bytes(66, 4), Bytes(good.begin(), good.end() - 1)}) {
    auto hello = server_hello_of(p256.message);
    put(hello.extensions, key_share, share(NamedGroup::secp256r1, key));
    EXPECT_TRUE(refuses(p256.victim, Peer(p256.victim).handshake(framed(hello)), illegal_parameter))
        << to_hex(key);
  }
}

struct EncryptedCase {
  const char* name;
  std::function<void(wire::RawExtensions&)> change;
  std::vector<AlertDescription> alerts;
};

std::vector<EncryptedCase> encrypted_cases() {
  return {
      {"Duplicate",
       [](auto& e) {
         e = {{kAlpn, hex("0003 02 6832")}, {kAlpn, hex("0003 02 6832")}};
       },
       {illegal_parameter, decode_error}},
      {"UnsolicitedUnknown",
       [](auto& e) { put(e, ExtensionType{0xfafa}, {}); },
       {unsupported_extension}},
      {"UnsolicitedEarlyData", [](auto& e) { put(e, early_data, {}); }, {unsupported_extension}},
      {"UnsolicitedRecordSizeLimit",
       [](auto& e) { put(e, record_size_limit, hex("4001")); },
       {unsupported_extension}},
      {"UnsolicitedStatusRequest",
       [](auto& e) { put(e, status_request, {}); },
       {unsupported_extension, illegal_parameter}},
      // RFC 8446 4.3.1: forbidden extensions are illegal_parameter.
      {"MisplacedVersions",
       [](auto& e) { put(e, supported_versions, hex("0304")); },
       {illegal_parameter}},
      {"MisplacedKeyShare",
       [](auto& e) { put(e, key_share, hex("001d 0001 00")); },
       {illegal_parameter}},
      {"MisplacedSchemes",
       [](auto& e) { put(e, signature_algorithms, hex("0002 0403")); },
       {illegal_parameter}},
      {"ServerNameNotEmpty", [](auto& e) { put(e, server_name, hex("00")); }, {decode_error}},
      // RFC 7301 3.1, 3.2
      {"AlpnTwo",
       [](auto& e) { put(e, kAlpn, hex("0006 02 6832 02 6832")); },
       {illegal_parameter, decode_error}},
      {"AlpnNone", [](auto& e) { put(e, kAlpn, hex("0000")); }, {decode_error}},
      {"AlpnEmptyName", [](auto& e) { put(e, kAlpn, hex("0001 00")); }, {decode_error}},
      {"AlpnNotOffered", [](auto& e) { put(e, kAlpn, hex("0003 02 6833")); }, {illegal_parameter}},
      {"AlpnTrailing", [](auto& e) { put(e, kAlpn, hex("0003 02 6832 00")); }, {decode_error}},
      {"GroupsOdd", [](auto& e) { put(e, supported_groups, hex("0003 001d00")); }, {decode_error}},
      {"GroupsEmpty", [](auto& e) { put(e, supported_groups, hex("0000")); }, {decode_error}},
  };
}

class BadEncryptedExtensions : public ::testing::TestWithParam<EncryptedCase> {};

TEST_P(BadEncryptedExtensions, IsRefused) {
  const Station& here = station("client WaitEncryptedExtensions");
  auto message = encrypted_extensions_of(here.message);
  GetParam().change(message.extensions);
  EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(message)),
                                  GetParam().alerts));
}

INSTANTIATE_TEST_SUITE_P(ServerAnswers, BadEncryptedExtensions,
                         ::testing::ValuesIn(encrypted_cases()), NameOfCase());

TEST(GoodEncryptedExtensions, AreTaken) {
  const Station& here = station("client WaitEncryptedExtensions");
  for (const wire::RawExtensions& extensions :
       {wire::RawExtensions{}, wire::RawExtensions{{server_name, {}}},
        wire::RawExtensions{{supported_groups, hex("0004 0017 fafa")}},
        wire::RawExtensions{{kAlpn, hex("0003 02 6832")}, {server_name, {}}}}) {
    wire::EncryptedExtensions message;
    message.extensions = extensions;
    EXPECT_TRUE(takes(here.victim, Peer(here.victim).handshake(framed(message))));
  }
}

}  // namespace
}  // namespace stepshake::testing
