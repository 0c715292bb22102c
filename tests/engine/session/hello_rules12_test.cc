// More of what TLS 1.2 demands of a ClientHello: its greatest size, the name in it, the suite of a session that it wants
// back, and what goes into one.
#include <gtest/gtest.h>

#include "hello12.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::CipherSuite;
using wire::ContentType;
using wire::ExtensionType;
using wire::ProtocolVersion;

// A handshake message in records as long as can be.
Bytes in_records(BytesView message) {
  Bytes all;
  while (!message.empty()) {
    const auto piece = message.first(std::min<std::size_t>(message.size(), record::kMaxPlaintext));
    append(all, record_of(ContentType::handshake, piece));
    message = message.subspan(piece.size());
  }
  return all;
}

// RFC 5246 7.4.1.2: every vector may be as long as its length says.
TEST(ClientHello12, MayBeAsLongAsItsVectorsAllow) {
  const auto longest = [](std::size_t more) {
    return changed(client_config12(), [&](auto& hello, auto& extensions) {
      hello.legacy_session_id = Bytes(32, 1);
      hello.cipher_suites.resize(0x7fff, CipherSuite{0x5a5a});
      hello.legacy_compression_methods.resize(0xff, 1);
      std::size_t size = 4;
      for (const auto& each : extensions) size += 4 + each.data.size();
      extensions.push_back({ExtensionType::padding, Bytes(0xffff - size + more)});
    });
  };
  for (const Victim& server :
       {Victim(server_config12(), 12), Victim(server_config_of_all_versions(), 12)}) {
    const Bytes whole = framed(longest(0));
    ASSERT_EQ(whole.size(), 4 + 131'396U);
    EXPECT_TRUE(takes(server, in_records(whole)));
    // The next one would be nobody's; it is refused by its header.
    EXPECT_TRUE(refuses(server, in_the_clear(hex("01 020145")), illegal_parameter));
  }
}

// RFC 6066 3: a HostName is in ASCII.
TEST(ClientHello12, NamesItsServerInAscii) {
  const Victim server(server_config12(), 12);
  const auto named = [&](std::string_view name) {
    return changed_hello(client_config12(), [&](auto&, auto& extensions) {
      put(extensions, ExtensionType::server_name, wire::encode_server_name(std::string(name)));
    });
  };
  for (const char* name : {"a.test", "A_b-1.test", "xn--bcher-kva.test"}) {
    EXPECT_TRUE(takes(server, named(name))) << name;
  }
  using namespace std::string_view_literals;
  for (const auto name :
       {"a\x07.test"sv, "b\xc3\xbc.test"sv, "a\x1b[31m"sv, "a\0b"sv, "a b"sv, "a\x7f"sv}) {
    EXPECT_TRUE(refuses(server, named(name), illegal_parameter)) << to_hex(view_of(name));
  }
}

// RFC 5246 7.4.1.2: the suite of the session that is to go on MUST be among those offered.
TEST(ClientHello12, WithoutTheSuiteOfItsSessionIsRefused) {
  const Kind12 kind = kind12("Resumed");
  policy::Config theirs = kind.server;
  const auto own = theirs.cipher_suites.front();
  const auto other = CipherSuite::tls_ecdhe_ecdsa_with_aes_128_gcm_sha256;
  theirs.cipher_suites.push_back(other);
  const Victim server(theirs, 12);
  const auto offering = [&](std::vector<CipherSuite> suites) {
    return changed_hello(kind.client,
                         [&](auto& hello, auto&) { hello.cipher_suites = std::move(suites); });
  };
  Victim resumed = server;
  ASSERT_TRUE(resumed.feed(offering({other, own})));
  EXPECT_EQ(resumed.state(), "WaitChangeCipherSpec");
  EXPECT_TRUE(refuses(server, offering({other}), illegal_parameter));
  // What the server no longer allows is not the client's fault: it gets a full handshake.
  theirs.cipher_suites = {other};
  Victim full(theirs, 12);
  ASSERT_TRUE(full.feed(offering({other, own})));
  EXPECT_EQ(full.state(), "WaitClientKeyExchange");
}

// RFC 8449 4: no limit above what records of the version hold.
TEST(RecordSizeLimit, IsNotAboveTheVersionsOwn) {
  const auto with_limit = [](policy::Config config) {
    config.record_size_limit = std::uint16_t{16'385};
    return config;
  };
  const Bytes older = {0x40, 0x00};
  const auto offered = [&](const policy::Config& config) {
    return data_of(client_hello_of(first_hello(config)).extensions.others,
                   ExtensionType::record_size_limit);
  };
  EXPECT_EQ(offered(with_limit(client_config12())), older);
  EXPECT_EQ(offered(with_limit(client_config_of_all_versions())), (Bytes{0x40, 0x01}));
  const auto here =
      answered(with_limit(client_config_of_all_versions()), with_limit(server_config12()));
  EXPECT_EQ(data_of(here.hello.extensions, ExtensionType::record_size_limit), older);
  // A server takes a higher one from a client that may know more.
  EXPECT_TRUE(takes(Victim(with_limit(server_config12()), 12),
                    changed_hello(client_config12(), [](auto&, auto& extensions) {
                      put(extensions, ExtensionType::record_size_limit, {0xff, 0xff});
                    })));
}

// A configuration that nobody has looked at may have nothing to offer: that is a failure, and no more.
TEST(NoVersion, EndsAHandshakeBeforeItBegins) {
  policy::Config config = client_config12();
  config.cipher_suites = policy::supported_cipher_suites(ProtocolVersion::tls_1_3);
  ASSERT_TRUE(policy::find_problem(config).has_value());
  session::Session client = session::make_session(config);
  const auto outcome = session::begin(client, config, inputs_of(1));
  ASSERT_TRUE(outcome.failure.has_value());
  EXPECT_EQ(outcome.failure->reason, Reason::internal_error);
  EXPECT_EQ(session::state_name(client), "Failed");
  config.role = policy::Role::server;
  config.identities = {identity(crypto::KeyType::ec_p256)};
  EXPECT_TRUE(refuses(Victim(config, 12), changed_hello(client_config12(), [](auto&, auto&) {}),
                      protocol_version));
}

}  // namespace
}  // namespace stepshake::testing
