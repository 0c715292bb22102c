// ClientHellos of libssl that bring more than a plain full handshake: older versions, tickets and early data that we
// cannot use, values that we do not know, compatibility mode on and off; and a cookie from libssl's stateless server.
#include <gtest/gtest.h>

#include "support/libssl_peer.h"

namespace stepshake::testing {
namespace {

TEST(Versions, OurServerRefusesTls12AsLibsslDoes) {
  LibsslOptions client = libssl_client();
  client.min_version = TLS1_VERSION;
  for (const int max : {TLS1_2_VERSION, TLS1_1_VERSION, TLS1_VERSION}) {
    SCOPED_TRACE(max);
    client.max_version = max;
    // TLS 1.0 and 1.1 sign with SHA-1, which level 0 alone allows.
    client.tweak = [](SSL_CTX* context) { SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0"); };
    LibsslPeer their_client(client);
    LibsslPeer their_server(libssl_server());
    shake(their_client, their_server);
    Meeting meeting(server_config(), client);
    meeting.shake();
    EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received), "protocol_version");
    EXPECT_EQ(fatal_alert_in(meeting.theirs.alerts_received),
              fatal_alert_in(their_client.alerts_received));
    ASSERT_TRUE(meeting.ours.failure());
    EXPECT_EQ(openssl_text(*meeting.ours.failure()), their_server.first_reason);
  }
}

TEST(Versions, OurClientIsRefusedByATls12Server) {
  LibsslOptions server = libssl_server();
  server.min_version = TLS1_2_VERSION;
  server.max_version = TLS1_2_VERSION;
  Meeting meeting(client_config(), server);
  meeting.shake();
  ASSERT_TRUE(meeting.ours.failure());
  EXPECT_EQ(meeting.ours.failure()->peer_alert, AlertDescription::protocol_version);
}

TEST(Versions, Tls13IsChosenWhereLibsslOffersMore) {
  LibsslOptions client = libssl_client();
  client.min_version = TLS1_VERSION;
  Meeting to_us(server_config(), client);
  to_us.shake();
  ASSERT_TRUE(to_us.complete()) << to_us.trouble();
  EXPECT_EQ(SSL_version(to_us.theirs.get()), TLS1_3_VERSION);

  LibsslOptions server = libssl_server();
  server.min_version = TLS1_2_VERSION;
  Meeting from_us(client_config(), server);
  from_us.shake();
  ASSERT_TRUE(from_us.complete()) << from_us.trouble();
  EXPECT_EQ(SSL_version(from_us.theirs.get()), TLS1_3_VERSION);
}

// RFC 8446 D.4: on either side, both, or neither; a ChangeCipherSpec comes where, and only where, it should.
TEST(CompatibilityMode, OnAndOffOnEitherSide) {
  for (const bool ours_on : {false, true}) {
    for (const bool theirs_on : {false, true}) {
      for (const bool retry : {false, true}) {
        SCOPED_TRACE(std::string(ours_on ? "ours " : "") + (theirs_on ? "theirs " : "") +
                     (retry ? "retry" : ""));
        policy::Config config = client_config();
        config.middlebox_compatibility = ours_on;
        LibsslOptions options = libssl_server();
        options.middlebox_compatibility = theirs_on;
        if (retry) options.groups = {wire::NamedGroup::secp384r1};
        Meeting from_us(config, options);
        from_us.shake();
        ASSERT_TRUE(from_us.complete()) << from_us.trouble();
        EXPECT_EQ(from_us.theirs.count_records_received(wire::ContentType::change_cipher_spec),
                  ours_on ? 1U : 0U);
        from_us.exchange(10);

        config = server_config();
        config.middlebox_compatibility = ours_on;
        if (retry) allow_groups(config, {wire::NamedGroup::secp384r1});
        options = libssl_client();
        options.middlebox_compatibility = theirs_on;
        options.groups = {wire::NamedGroup::x25519, wire::NamedGroup::secp384r1};
        Meeting to_us(config, options);
        to_us.shake();
        ASSERT_TRUE(to_us.complete()) << to_us.trouble();
        // Only a client that sent a session id has asked for it.
        EXPECT_EQ(to_us.theirs.count_records_received(wire::ContentType::change_cipher_spec),
                  ours_on && theirs_on ? 1U : 0U);
        to_us.exchange(10);
      }
    }
  }
}

// A session that libssl's client got from a libssl server; ours has no key for its ticket.
SslSessionPtr foreign_session(const LibsslOptions& client, unsigned max_early_data) {
  LibsslOptions server = libssl_server();
  server.tweak = [max_early_data](SSL_CTX* context) {
    SSL_CTX_set_max_early_data(context, max_early_data);
  };
  LibsslPeer their_client(client);
  LibsslPeer their_server(server);
  shake(their_client, their_server);
  their_client.read_all();
  SslSessionPtr session(SSL_get1_session(their_client.get()));
  // SSL_free(3) spoils the session of a connection that was not shut down.
  SSL_set_shutdown(their_client.get(), SSL_SENT_SHUTDOWN | SSL_RECEIVED_SHUTDOWN);
  return session;
}

// RFC 8446 4.2.11: a server that finds no acceptable PSK performs a non-PSK handshake.
TEST(ForeignTicket, OurServerFallsBackToAFullHandshake) {
  for (const bool retry : {false, true}) {
    SCOPED_TRACE(retry);
    LibsslOptions client = libssl_client();
    const SslSessionPtr session = foreign_session(client, 0);
    policy::Config config = server_config();
    if (retry) allow_groups(config, {wire::NamedGroup::secp384r1});
    Meeting meeting(config, client);
    ASSERT_TRUE(SSL_SESSION_is_resumable(session.get()));
    ASSERT_EQ(SSL_set_session(meeting.theirs.get(), session.get()), 1);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(SSL_session_reused(meeting.theirs.get()), 0);
    EXPECT_EQ(meeting.ours.facts().hello_retry_request, retry);
    meeting.exchange(1'000);
  }
}

// RFC 8446 4.2.10: a server that does not accept early data skips it, with and without HelloRetryRequest.
using EarlyDataCase = std::pair<bool, std::size_t>;  // with a retry; bytes
class ForeignEarlyData : public ::testing::TestWithParam<EarlyDataCase> {};

TEST_P(ForeignEarlyData, OurServerSkipsIt) {
  const auto [retry, size] = GetParam();
  LibsslOptions client = libssl_client();
  const SslSessionPtr session = foreign_session(client, 16'384);
  policy::Config config = server_config();
  if (retry) allow_groups(config, {wire::NamedGroup::secp384r1});
  Meeting meeting(config, client);
  ASSERT_EQ(SSL_set_session(meeting.theirs.get(), session.get()), 1);
  const Bytes early(size, 'e');
  std::size_t written = 0;
  ASSERT_EQ(SSL_write_early_data(meeting.theirs.get(), early.data(), early.size(), &written), 1);
  ASSERT_EQ(written, early.size());
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_EQ(SSL_get_early_data_status(meeting.theirs.get()), SSL_EARLY_DATA_REJECTED);
  EXPECT_EQ(meeting.ours_read_all(), Bytes()) << "early data that was rejected must not be read";
  meeting.exchange(1'000);
}

std::string early_data_name(const ::testing::TestParamInfo<EarlyDataCase>& tested) {
  return (tested.param.first ? "Retry" : "Plain") + std::to_string(tested.param.second);
}

INSTANTIATE_TEST_SUITE_P(All, ForeignEarlyData,
                         ::testing::Values(EarlyDataCase(false, 1), EarlyDataCase(false, 10'000),
                                           EarlyDataCase(true, 1), EarlyDataCase(true, 10'000)),
                         early_data_name);

int add_nothing(SSL* /*ssl*/, unsigned /*type*/, unsigned /*context*/, const unsigned char** out,
                std::size_t* out_size, X509* /*leaf*/, std::size_t /*index*/, int* /*alert*/,
                void* argument) {
  static constexpr std::uint8_t kSome[] = {1, 2, 3, 4, 5};
  *out = kSome;
  *out_size = argument == nullptr ? 0 : sizeof kSome;
  return 1;
}

// RFC 8446 9.3, RFC 8701: unknown suites, groups, schemes, versions and extensions are ignored.
TEST(UnknownValues, OurServerIgnoresThem) {
  LibsslOptions client = libssl_client();
  client.min_version = TLS1_VERSION;
  client.tweak = [](SSL_CTX* context) {
    SSL_CTX_set_cipher_list(context, "ALL:COMPLEMENTOFALL");
    SSL_CTX_set1_groups_list(context,
                             "X25519:P-256:P-224:P-192:secp256k1:brainpoolP256r1:brainpoolP384r1:"
                             "brainpoolP512r1:sect571r1:X448:ffdhe2048:ffdhe8192");
    SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
    SSL_CTX_set_post_handshake_auth(context, 1);
    SSL_CTX_set_tlsext_max_fragment_length(context, TLSEXT_max_fragment_length_4096);
    SSL_CTX_enable_ct(context, SSL_CT_VALIDATION_PERMISSIVE);
    static int with_body = 1;
    // Empty and not: the first three are GREASE's, the last is IANA's "reserved for private use".
    for (const unsigned type : {0x0a0aU, 0x1a1aU, 0xfafaU, 0xff03U}) {
      SSL_CTX_add_custom_ext(context, type, SSL_EXT_CLIENT_HELLO | SSL_EXT_IGNORE_ON_RESUMPTION,
                             add_nothing, nullptr, type == 0x0a0aU ? nullptr : &with_body, nullptr,
                             nullptr);
    }
  };
  for (const bool retry : {false, true}) {
    SCOPED_TRACE(retry);
    policy::Config config = server_config();
    if (retry) allow_groups(config, {wire::NamedGroup::secp256r1});
    Meeting meeting(config, client);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    meeting.exchange(1'000);
  }
}

TEST(UnknownValues, OurClientIgnoresThemInACertificateRequest) {
  LibsslOptions server = libssl_server();
  server.verify_mode = SSL_VERIFY_PEER;
  server.trust = &test_trust();
  server.tweak = [](SSL_CTX* context) {
    static int with_body = 1;
    // RFC 8446 4.3.2: clients MUST ignore unrecognized extensions.
    SSL_CTX_add_custom_ext(context, 0x2a2a, SSL_EXT_TLS1_3_CERTIFICATE_REQUEST, add_nothing,
                           nullptr, &with_body, nullptr, nullptr);
    SSL_CTX_add_custom_ext(context, 0x3a3a, SSL_EXT_TLS1_3_NEW_SESSION_TICKET, add_nothing, nullptr,
                           &with_body, nullptr, nullptr);
  };
  policy::Config config = client_config();
  config.identities = {identity(crypto::KeyType::ec_p256)};
  Meeting meeting(config, server);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_TRUE(meeting.ours.facts().client_signature_scheme);
  meeting.exchange(1'000);
}

int make_cookie(SSL* /*ssl*/, unsigned char* cookie, std::size_t* size) {
  *size = 32;
  std::fill_n(cookie, *size, static_cast<unsigned char>(0xc0));
  return 1;
}

int check_cookie(SSL* /*ssl*/, const unsigned char* cookie, std::size_t size) {
  return size == 32 && std::all_of(cookie, cookie + size, [](auto b) { return b == 0xc0; }) ? 1 : 0;
}

// RFC 8446 4.2.2: libssl's stateless server asks again with a cookie, alone or with another group.
TEST(Cookie, OurClientSendsItBack) {
  for (const bool another_group : {false, true}) {
    SCOPED_TRACE(another_group);
    LibsslOptions server = libssl_server();
    if (another_group) server.groups = {wire::NamedGroup::secp521r1};
    server.tweak = [](SSL_CTX* context) {
      SSL_CTX_set_stateless_cookie_generate_cb(context, make_cookie);
      SSL_CTX_set_stateless_cookie_verify_cb(context, check_cookie);
    };
    Meeting meeting(client_config(), server);
    meeting.ours.step({});
    meeting.to_theirs();
    ASSERT_EQ(SSL_stateless(meeting.theirs.get()), 0);
    meeting.to_ours(connection::Call::do_handshake);
    EXPECT_TRUE(meeting.ours.facts().hello_retry_request) << meeting.trouble();
    meeting.to_theirs();
    // SSL_stateless(3) stops at the ChangeCipherSpec between the two hellos, without an error.
    ASSERT_EQ(SSL_stateless(meeting.theirs.get()), -1);
    ASSERT_EQ(SSL_stateless(meeting.theirs.get()), 1) << meeting.trouble();
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().group.has_value(), true);
    meeting.exchange(1'000);
  }
}

}  // namespace
}  // namespace stepshake::testing
