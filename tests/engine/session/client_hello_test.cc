// What a server refuses in a ClientHello (RFC 8446 4.1.2, 4.2, 9.2), and what it must take.
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

struct ClientHelloCase {
  const char* name;
  std::function<void(wire::ClientHello&, wire::RawExtensions&)> change;
  std::vector<AlertDescription> alerts;
};

Bytes shares(const std::vector<wire::KeyShareEntry>& entries) {
  return wire::encode_client_shares(entries);
}

std::vector<ClientHelloCase> legacy_cases() {
  return {
      // RFC 8446 D.5
      {"LegacyVersionSsl3", [](auto& h, auto&) { h.legacy_version = 0x0300; }, {protocol_version}},
      {"LegacyVersionSsl2", [](auto& h, auto&) { h.legacy_version = 0x0002; }, {protocol_version}},
      // RFC 8446 4.1.2: exactly one byte, zero.
      {"CompressionDeflate",
       [](auto& h, auto&) { h.legacy_compression_methods = {1}; },
       {illegal_parameter}},
      {"CompressionBoth",
       [](auto& h, auto&) {
         h.legacy_compression_methods = {0, 1};
       },
       {illegal_parameter}},
      {"CompressionTwice",
       [](auto& h, auto&) {
         h.legacy_compression_methods = {0, 0};
       },
       {illegal_parameter}},
      {"CompressionNone",
       [](auto& h, auto&) { h.legacy_compression_methods = {}; },
       {decode_error}},
      {"SessionIdTooLong", [](auto& h, auto&) { h.legacy_session_id = Bytes(33); }, {decode_error}},
      {"NoSuites", [](auto& h, auto&) { h.cipher_suites.clear(); }, {decode_error}},
      {"NoSharedSuite",
       [](auto& h, auto&) {
         h.cipher_suites = {wire::CipherSuite{0xc02f}, wire::CipherSuite{0xfafa}};
       },
       {handshake_failure}},
  };
}

std::vector<ClientHelloCase> version_cases() {
  const auto versions = [](std::string_view text) {
    return [text](auto&, auto& e) { put(e, supported_versions, hex(text)); };
  };
  return {
      {"NoVersions", [](auto&, auto& e) { drop(e, supported_versions); }, {protocol_version}},
      {"VersionsOfTls12", versions("02 0303"), {protocol_version}},
      {"VersionsUnknown", versions("04 0305 fafa"), {protocol_version}},
      {"VersionsDraft", versions("02 7f1c"), {protocol_version}},
      {"VersionsEmpty", versions("00"), {decode_error}},
      {"VersionsOdd", versions("03 030403"), {decode_error}},
      {"VersionsTrailing", versions("02 0304 00"), {decode_error}},
      {"VersionsCut", versions("04 0304"), {decode_error}},
      {"VersionsAsAnswer", versions("0304"), {decode_error}},
  };
}

std::vector<ClientHelloCase> share_cases() {
  return {
      // RFC 8446 9.2
      {"NoGroups", [](auto&, auto& e) { drop(e, supported_groups); }, {missing_extension}},
      {"NoKeyShare", [](auto&, auto& e) { drop(e, key_share); }, {missing_extension}},
      {"NoSchemes", [](auto&, auto& e) { drop(e, signature_algorithms); }, {missing_extension}},
      // RFC 8446 4.1.1
      {"NoSharedGroup",
       [](auto&, auto& e) {
         put(e, supported_groups, hex("0002 fafa"));
         put(e, key_share, hex("0000"));
       },
       {handshake_failure}},
      {"NoSharedScheme",
       [](auto&, auto& e) { put(e, signature_algorithms, hex("0002 0807")); },
       {handshake_failure}},
      {"SchemesOfTls12Only",
       [](auto&, auto& e) { put(e, signature_algorithms, hex("0004 0401 0203")); },
       {handshake_failure}},
      // RFC 8446 4.2.8
      {"ShareTwice",
       [](auto&, auto& e) {
         put(e, key_share,
             shares({{NamedGroup::x25519, Bytes(32, 9)}, {NamedGroup::x25519, Bytes(32, 9)}}));
       },
       {illegal_parameter}},
      {"ShareNotInGroups",
       [](auto&, auto& e) {
         put(e, supported_groups, hex("0002 001d"));
         put(e, key_share,
             shares({{NamedGroup::x25519, Bytes(32, 9)}, {NamedGroup::secp256r1, Bytes(65, 4)}}));
       },
       {illegal_parameter}},
      {"ShareOfZeros",
       [](auto&, auto& e) {
         put(e, key_share, shares({{NamedGroup::x25519, Bytes(32)}}));
       },
       {illegal_parameter}},
      {"ShareShort",
       [](auto&, auto& e) {
         put(e, key_share, shares({{NamedGroup::x25519, Bytes(31, 9)}}));
       },
       {illegal_parameter}},
      {"ShareLong",
       [](auto&, auto& e) {
         put(e, key_share, shares({{NamedGroup::x25519, Bytes(33, 9)}}));
       },
       {illegal_parameter}},
      {"ShareOffTheCurve",
       [](auto&, auto& e) {
         Bytes point(65, 1);
         point[0] = 4;
         put(e, key_share, shares({{NamedGroup::secp256r1, point}}));
       },
       {illegal_parameter}},
      {"ShareCompressed",
       [](auto&, auto& e) {
         Bytes point(33, 1);
         point[0] = 2;
         put(e, key_share, shares({{NamedGroup::secp256r1, point}}));
       },
       {illegal_parameter}},
      {"ShareEmpty",
       [](auto&, auto& e) { put(e, key_share, hex("0004 001d 0000")); },
       {decode_error}},
      {"ShareCut",
       [](auto&, auto& e) { put(e, key_share, hex("0006 001d 0004 0000")); },
       {decode_error}},
      {"SharesTrailing", [](auto&, auto& e) { put(e, key_share, hex("0000 00")); }, {decode_error}},
  };
}

std::vector<ClientHelloCase> extension_cases() {
  return {
      {"Duplicate",
       [](auto&, auto& e) { e.insert(e.begin(), e[2]); },
       {illegal_parameter, decode_error}},
      {"DuplicateUnknown",
       [](auto&, auto& e) {
         e.insert(e.begin(), {{ExtensionType{0xfafa}, {}}, {ExtensionType{0xfafa}, {}}});
       },
       {illegal_parameter, decode_error}},
      // RFC 8446 4.2: known, and not specified for ClientHello.
      {"MisplacedOidFilters",
       [](auto&, auto& e) { put(e, oid_filters, hex("0000")); },
       {illegal_parameter}},
      {"GroupsOdd",
       [](auto&, auto& e) { put(e, supported_groups, hex("0003 001d00")); },
       {decode_error}},
      {"GroupsEmpty",
       [](auto&, auto& e) { put(e, supported_groups, hex("0000")); },
       {decode_error}},
      {"GroupsTrailing",
       [](auto&, auto& e) { put(e, supported_groups, hex("0002 001d 00")); },
       {decode_error}},
      {"SchemesOdd",
       [](auto&, auto& e) { put(e, signature_algorithms, hex("0003 040308")); },
       {decode_error}},
      {"SchemesEmpty",
       [](auto&, auto& e) { put(e, signature_algorithms, hex("0000")); },
       {decode_error}},
      {"CertificateSchemesEmpty",
       [](auto&, auto& e) { put(e, signature_algorithms_cert, hex("0000")); },
       {decode_error}},
      // RFC 6066 3
      {"ServerNameEmptyList",
       [](auto&, auto& e) { put(e, server_name, hex("0000")); },
       {decode_error}},
      {"ServerNameEmpty",
       [](auto&, auto& e) { put(e, server_name, hex("0003 00 0000")); },
       {decode_error}},
      {"ServerNameAbsent", [](auto&, auto& e) { put(e, server_name, {}); }, {decode_error}},
      {"ServerNameTwice",
       [](auto&, auto& e) { put(e, server_name, hex("0008 00 0001 61 00 0001 62")); },
       {illegal_parameter, decode_error}},
      // RFC 7301 3.1, 3.2
      {"AlpnNone", [](auto&, auto& e) { put(e, kAlpn, hex("0000")); }, {decode_error}},
      {"AlpnEmptyName",
       [](auto&, auto& e) { put(e, kAlpn, hex("0004 00 02 6832")); },
       {decode_error}},
      {"AlpnCut", [](auto&, auto& e) { put(e, kAlpn, hex("0003 05 6832")); }, {decode_error}},
      {"AlpnNoneShared",
       [](auto&, auto& e) { put(e, kAlpn, hex("0003 02 6833")); },
       {no_application_protocol}},
      {"CookieEmpty", [](auto&, auto& e) { put(e, cookie, hex("0000")); }, {decode_error}},
      {"EarlyDataNotEmpty", [](auto&, auto& e) { put(e, early_data, hex("00")); }, {decode_error}},
      {"PostHandshakeAuthNotEmpty",
       [](auto&, auto& e) { put(e, post_handshake_auth, hex("00")); },
       {decode_error}},
      {"ModesEmpty",
       [](auto&, auto& e) { put(e, psk_key_exchange_modes, hex("00")); },
       {decode_error}},
      // RFC 7685 3
      {"PaddingNotZero", [](auto&, auto& e) { put(e, padding, hex("0001")); }, {illegal_parameter}},
  };
}

// An identity of 16 bytes and a binder of 32.
Bytes psk() { return wire::encode_offered_psks({{{Bytes(16, 7), 1}}, {Bytes(32, 8)}}); }

std::vector<ClientHelloCase> psk_cases() {
  return {
      // RFC 8446 4.2.11: the last extension.
      {"PskNotLast",
       [](auto&, auto& e) {
         put(e, psk_key_exchange_modes, hex("01 01"));
         e.insert(e.begin(), {pre_shared_key, psk()});
       },
       {illegal_parameter}},
      // RFC 8446 4.2.9: without psk_key_exchange_modes servers MUST abort the handshake.
      {"PskWithoutModes",
       [](auto&, auto& e) {
         std::erase_if(e, [](auto& each) { return each.type == psk_key_exchange_modes; });
         put(e, pre_shared_key, psk());
       },
       {missing_extension}},
      {"PskWithoutIdentities",
       [](auto&, auto& e) {
         put(e, psk_key_exchange_modes, hex("01 01"));
         put(e, pre_shared_key, wire::encode_offered_psks({{}, {Bytes(32, 8)}}));
       },
       {decode_error}},
      {"PskShortBinder",
       [](auto&, auto& e) {
         put(e, psk_key_exchange_modes, hex("01 01"));
         put(e, pre_shared_key, wire::encode_offered_psks({{{Bytes(16, 7), 1}}, {Bytes(31, 8)}}));
       },
       {decode_error}},
  };
}

class BadClientHello : public ::testing::TestWithParam<ClientHelloCase> {};

TEST_P(BadClientHello, IsRefused) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  GetParam().change(hello, hello.extensions.others);
  EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(hello)),
                                  GetParam().alerts));
}

INSTANTIATE_TEST_SUITE_P(Legacy, BadClientHello, ::testing::ValuesIn(legacy_cases()), NameOfCase());
INSTANTIATE_TEST_SUITE_P(Versions, BadClientHello, ::testing::ValuesIn(version_cases()),
                         NameOfCase());
INSTANTIATE_TEST_SUITE_P(Shares, BadClientHello, ::testing::ValuesIn(share_cases()), NameOfCase());
INSTANTIATE_TEST_SUITE_P(Extensions, BadClientHello, ::testing::ValuesIn(extension_cases()),
                         NameOfCase());
INSTANTIATE_TEST_SUITE_P(Psk, BadClientHello, ::testing::ValuesIn(psk_cases()), NameOfCase());

class GoodClientHello : public ::testing::TestWithParam<ClientHelloCase> {};

// RFC 8446 4.1.2, 4.2, 9.3: what a server does not know it ignores.
TEST_P(GoodClientHello, IsTaken) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  GetParam().change(hello, hello.extensions.others);
  EXPECT_TRUE(takes(here.victim, Peer(here.victim).handshake(framed(hello))));
}

std::vector<ClientHelloCase> good_cases() {
  return {
      {"LegacyVersionBeyond", [](auto& h, auto&) { h.legacy_version = 0x0304; }, {}},
      {"LegacyVersionTls10", [](auto& h, auto&) { h.legacy_version = 0x0301; }, {}},
      {"NoSessionId", [](auto& h, auto&) { h.legacy_session_id.clear(); }, {}},
      {"UnknownSuites",
       [](auto& h, auto&) {
         h.cipher_suites.insert(h.cipher_suites.begin(), wire::CipherSuite{0xfafa});
       },
       {}},
      {"UnknownExtensions",
       [](auto&, auto& e) {
         e.insert(e.begin(),
                  {{ExtensionType{0xfafa}, {}}, {ExtensionType{0x7f7f}, Bytes(1000, 7)}});
       },
       {}},
      {"UnknownGroups",
       [](auto&, auto& e) {
         put(e, supported_groups, hex("0006 fafa 001d 7f7f"));
         put(e, key_share, shares({{NamedGroup::x25519, Bytes(32, 9)}}));
       },
       {}},
      {"UnknownShares",
       [](auto&, auto& e) {
         put(e, supported_groups, hex("0004 fafa 001d"));
         put(e, key_share,
             shares({{NamedGroup{0xfafa}, Bytes(1)}, {NamedGroup::x25519, Bytes(32, 9)}}));
       },
       {}},
      {"UnknownSchemes",
       [](auto&, auto& e) { put(e, signature_algorithms, hex("0006 fafa 0403 7f7f")); },
       {}},
      {"UnknownVersions",
       [](auto&, auto& e) { put(e, supported_versions, hex("06 fafa 0303 0304")); },
       {}},
      {"UnknownNameType",
       [](auto&, auto& e) { put(e, server_name, hex("0008 07 0001 61 00 0001 62")); },
       {}},
      {"OldExtensions",
       [](auto&, auto& e) {
         put(e, ec_point_formats, hex("0100"));
         put(e, extended_master_secret, {});
         put(e, encrypt_then_mac, {});
         put(e, session_ticket, {});
         put(e, renegotiation_info, hex("00"));
       },
       {}},
      {"Padded", [](auto&, auto& e) { put(e, padding, Bytes(3000)); }, {}},
      {"AnUnknownPsk",
       [](auto&, auto& e) {
         put(e, psk_key_exchange_modes, hex("02 0100"));
         put(e, pre_shared_key, psk());
       },
       {}},
      // RFC 8446 4.2.8: an empty list of shares asks for a HelloRetryRequest.
      {"NoShares", [](auto&, auto& e) { put(e, key_share, hex("0000")); }, {}},
      {"PostHandshakeAuth", [](auto&, auto& e) { put(e, post_handshake_auth, {}); }, {}},
  };
}

INSTANTIATE_TEST_SUITE_P(ClientHello, GoodClientHello, ::testing::ValuesIn(good_cases()),
                         NameOfCase());

// RFC 8446 D.4: no ChangeCipherSpec for a client whose session id does not ask for it.
TEST(Compatibility, IsTheClientsToAskFor) {
  const Station& here = station("server WaitClientHello");
  const auto has_ccs = [&](bool session_id) {
    auto hello = client_hello_of(here.message);
    if (!session_id) hello.legacy_session_id.clear();
    Victim victim = here.victim;
    EXPECT_TRUE(victim.feed(Peer(victim).handshake(framed(hello))));
    const auto records = records_in(victim.take_output());
    return std::any_of(records.begin(), records.end(),
                       [](const auto& each) { return each[0] == 20; });
  };
  EXPECT_TRUE(has_ccs(true));
  EXPECT_FALSE(has_ccs(false));
}

// RFC 8446 4.2.10: a server without 0-RTT skips the early data that it has refused.
TEST(EarlyData, ThatIsRefusedIsSkipped) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  auto& extensions = hello.extensions.others;
  put(extensions, psk_key_exchange_modes, hex("01 01"));
  put(extensions, early_data, {});
  put(extensions, pre_shared_key, psk());
  Victim victim = here.victim;
  ASSERT_TRUE(victim.feed(Peer(victim).handshake(framed(hello))));
  EXPECT_TRUE(takes(victim, record_of(wire::ContentType::application_data, Bytes(100, 7))));
}

}  // namespace
}  // namespace stepshake::testing
