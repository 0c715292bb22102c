// Rules about hellos that no other file has: versions, mandatory extensions, cookies (RFC 8446 4.1.3, 4.2.2, 9.2, D).
#include <gtest/gtest.h>

#include "support/stations.h"
#include "talk.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using enum wire::ExtensionType;
using wire::ContentType;
using wire::ExtensionType;

wire::ServerHello hello_of_tls12(std::string_view last) {
  auto hello = server_hello_of(station("client WaitServerHello").message);
  hello.extensions.clear();
  hello.cipher_suite = wire::CipherSuite{0xc02f};
  std::copy(last.begin(), last.end(), hello.random.end() - 8);
  return hello;
}

// RFC 8446 4.1.3: the mark of a downgrade is illegal_parameter; D.1: without it, protocol_version.
TEST(ServerOfAnOlderVersion, IsRefusedByItsMark) {
  const Victim& client = station("client WaitServerHello").victim;
  using namespace std::string_view_literals;  // NOLINT: a literal with a zero in it
  struct Row {
    std::string_view last;
    AlertDescription alert;
  };
  for (const Row& row :
       {Row{"DOWNGRD\x01"sv, illegal_parameter}, Row{"DOWNGRD\x00"sv, illegal_parameter},
        Row{"DOWNGRD\x02"sv, protocol_version}, Row{"DOWNGRE\x01"sv, protocol_version}}) {
    for (const int version : {0x0303, 0x0302, 0x0301}) {
      auto hello = hello_of_tls12(row.last);
      hello.legacy_version = static_cast<std::uint16_t>(version);
      EXPECT_TRUE(refuses(client, record_of(ContentType::handshake, framed(hello)), row.alert));
    }
  }
}

// RFC 8446 D.5: legacy_version 0x0300, from either side, is protocol_version, whatever else the hello says.
TEST(Ssl3, InALegacyVersionIsRefused) {
  for (const char* name : {"client WaitServerHello", "client WaitSecondServerHello"}) {
    const Station& here = station(name);
    auto hello = server_hello_of(here.message);
    hello.legacy_version = 0x0300;
    EXPECT_TRUE(
        refuses(here.victim, record_of(ContentType::handshake, framed(hello)), protocol_version));
  }
  auto old = hello_of_tls12("12345678");
  old.legacy_version = 0x0300;
  EXPECT_TRUE(refuses(station("client WaitServerHello").victim,
                      record_of(ContentType::handshake, framed(old)), protocol_version));
  const Station& server = station("server WaitClientHello");
  auto hello = client_hello_of(server.message);
  hello.legacy_version = 0x0300;
  EXPECT_TRUE(
      refuses(server.victim, record_of(ContentType::handshake, framed(hello)), protocol_version));
}

// RFC 8446 4.1.2, D.2: a hello without extensions is one of an older version; with junk behind it, none at all.
TEST(HelloWithoutExtensions, IsOfAnOlderVersion) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  hello.extensions.others.clear();
  Bytes body = encode(hello);
  body.resize(body.size() - 2);
  const auto record = [&] {
    return record_of(ContentType::handshake, wire::frame(wire::HandshakeType::client_hello, body));
  };
  EXPECT_TRUE(refuses(here.victim, record(), protocol_version));
  body.push_back(0);
  EXPECT_TRUE(refuses(here.victim, record(), decode_error));
}

// RFC 8446 4.2.1: 0x0304 in legacy_version says nothing.
TEST(HelloWithoutExtensions, IsNotOfTls13ByItsLegacyVersion) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  drop(hello.extensions.others, supported_versions);
  hello.legacy_version = 0x0304;
  EXPECT_TRUE(
      refuses(here.victim, record_of(ContentType::handshake, framed(hello)), protocol_version));
}

// RFC 8446 9.2: supported_groups and key_share come together, with a PSK too.
TEST(HelloWithAPsk, HasGroupsAndSharesOrNeither) {
  const policy::Config config = returning_client(ticket_server());
  const Victim server(ticket_server(), 3);
  for (auto type : {supported_groups, key_share}) {
    auto hello = client_hello_of(first_hello(config, 2));
    drop(hello.extensions.others, type);
    EXPECT_TRUE(
        refuses(server, record_of(ContentType::handshake, framed(hello)), missing_extension));
  }
}

// RFC 8446 9.2: without a PSK that fits, what a certificate needs must be there.
TEST(HelloWithAPsk, ThatDoesNotFitNeedsTheSchemes) {
  const policy::Config config = returning_client(ticket_server());
  policy::Config strange = ticket_server();
  strange.ticket_keys = {{Bytes(16, 9), Secret(Bytes(32, 9))}};
  auto hello = client_hello_of(first_hello(config, 2));
  drop(hello.extensions.others, signature_algorithms);
  EXPECT_TRUE(refuses(Victim(strange, 3), record_of(ContentType::handshake, framed(hello)),
                      missing_extension));
}

// RFC 8446 4.3.2, RFC 9846 4.4.2: without any extension it is signature_algorithms that is missing.
TEST(CertificateRequestWithoutExtensions, LacksTheSchemes) {
  const Victim& client = station("client WaitCertificateOrRequest").victim;
  EXPECT_TRUE(refuses(
      client,
      Peer(client).handshake(wire::frame(wire::HandshakeType::certificate_request, hex("00 0000"))),
      missing_extension));
}

policy::Config stateless_server() {
  policy::Config config = ticket_server();
  config.groups = {wire::NamedGroup::secp384r1};
  config.stateless_retry = true;
  return config;
}

// A client whose second hello, with the cookie, is out; a server that has seen nothing of it.
struct Second {
  wire::ClientHello hello;
  Victim server = Victim(stateless_server(), 9);
};

Second second_hello() {
  Talk talk(client_config(), stateless_server());
  talk.carry(policy::Role::client);
  talk.carry(policy::Role::server);
  talk.carry(policy::Role::client);
  return {client_hello_of(talk.messages(policy::Role::client).back())};
}

// RFC 8446 4.2.2, 5: to a stateless server the record between the two hellos comes first; it MUST be ignored.
TEST(StatelessServer, IgnoresAChangeCipherSpecBeforeTheHello) {
  const Second second = second_hello();
  Victim server = second.server;
  ASSERT_TRUE(server.feed(record_of(ContentType::change_cipher_spec, Bytes{1})));
  EXPECT_TRUE(server.session.output.empty());
  EXPECT_TRUE(takes(server, record_of(ContentType::handshake, framed(second.hello))));
  EXPECT_TRUE(refuses(second.server, record_of(ContentType::change_cipher_spec, Bytes{2}),
                      unexpected_message));
}

// RFC 8446 4.2.2: the cookie is protected; a bent or foreign one is none of this server's.
TEST(StatelessServer, TakesNoCookieButItsOwn) {
  const Second second = second_hello();
  const Bytes honest = data_of(second.hello.extensions.others, cookie);
  for (std::size_t i = 2; i < honest.size(); ++i) {
    auto hello = second.hello;
    Bytes bent = honest;
    bent[i] ^= 1;
    put(hello.extensions.others, cookie, bent);
    EXPECT_TRUE(refuses(second.server, record_of(ContentType::handshake, framed(hello)),
                        illegal_parameter));
  }
  auto changed = second.hello;
  changed.random[0] ^= 1;
  EXPECT_TRUE(refuses(second.server, record_of(ContentType::handshake, framed(changed)),
                      illegal_parameter));
}

// RFC 8446 4.4.2.1, 9.3: extensions of older versions, status_request_v2 (17) and truncated_hmac (4) among them.
TEST(OldExtensions, DoNotDisturbAServer) {
  const Station& here = station("server WaitClientHello");
  auto hello = client_hello_of(here.message);
  auto& extensions = hello.extensions.others;
  put(extensions, ExtensionType{17}, hex("0007 02 0004 0000 0000"));
  put(extensions, ExtensionType{4}, {});
  put(extensions, status_request, hex("01 0000 0000"));
  put(extensions, signed_certificate_timestamp, {});
  EXPECT_TRUE(takes(here.victim, record_of(ContentType::handshake, framed(hello))));
}

}  // namespace
}  // namespace stepshake::testing
