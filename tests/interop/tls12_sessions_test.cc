// TLS 1.2 with libssl beyond a first handshake with a certificate: resumption, pre-shared keys, client certificates,
// renegotiation, staples.
#include <gtest/gtest.h>

#include "support/tls12.h"

namespace stepshake::testing {
namespace {

using policy::Role;
using wire::CipherSuite;
using wire::ProtocolVersion;
using wire::SignatureScheme;

class Sessions12 : public ::testing::TestWithParam<Role> {};
INSTANTIATE_TEST_SUITE_P(Tls12, Sessions12, ::testing::Values(Role::client, Role::server),
                         NameOfRole());

void resumes(policy::Config config, const LibsslOptions& options) {
  const Role role = *config.role;
  Meeting first(config, options);
  first.shake();
  ASSERT_TRUE(first.complete()) << first.trouble();
  SslContextPtr context;
  if (role == Role::client) {
    ASSERT_EQ(first.ours.session().tickets.size(), 1U);
    config.psks = first.ours.session().tickets;
    // The same context knows its tickets and sessions again.
    SSL_CTX* same = SSL_get_SSL_CTX(first.theirs.get());
    SSL_CTX_up_ref(same);
    context.reset(same);
  }
  Meeting second(config, options, 2, std::move(context));
  if (role == Role::server) {
    const SslSessionPtr session(SSL_get1_session(first.theirs.get()));
    SSL_set_session(second.theirs.get(), session.get());
  }
  second.shake();
  ASSERT_TRUE(second.complete()) << second.trouble();
  EXPECT_EQ(SSL_session_reused(second.theirs.get()), 1);
  EXPECT_EQ(second.ours.facts().psk, policy::PskOrigin::resumption);
  second.exchange(100);
}

TEST_P(Sessions12, ResumeByTicket) {
  for (const auto version : {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_2}) {
    policy::Config config = ours12(GetParam(), crypto::KeyType::ec_p256, version);
    config.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
    resumes(config, theirs12(GetParam(), crypto::KeyType::ec_p256, version));
  }
}

// Without tickets a libssl server remembers sessions by their id.
TEST(SessionIds12, ResumeWithLibsslsServer) {
  LibsslOptions options = theirs12(Role::client);
  options.tweak = [](SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_SERVER);
  };
  resumes(client_config12(), options);
}

// A session of TLS 1.2 goes on in it, though both could do TLS 1.3 by now.
TEST_P(Sessions12, AreOfferedBesideTls13) {
  policy::Config config = GetParam() == Role::client ? client_config_of_all_versions()
                                                     : server_config_of_all_versions();
  config.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 1))});
  resumes(config, theirs12(GetParam()));
}

unsigned give_psk(SSL* /*ssl*/, const char* /*hint*/, char* identity, unsigned /*most*/,
                  unsigned char* psk, unsigned /*most_psk*/) {
  std::copy_n("identity", 9, identity);
  std::fill_n(psk, 32, std::uint8_t{5});
  return 32;
}

unsigned find_psk(SSL* /*ssl*/, const char* identity, unsigned char* psk, unsigned /*most*/) {
  if (std::string_view(identity) != "identity") return 0;
  std::fill_n(psk, 32, std::uint8_t{5});
  return 32;
}

TEST_P(Sessions12, EveryPskSuiteCompletesAndCarriesData) {
  policy::Psk psk;
  psk.identity = to_bytes(view_of("identity"));
  psk.key = Secret(Bytes(32, 5));
  for (const auto version : {ProtocolVersion::tls_1_1, ProtocolVersion::tls_1_2}) {
    const auto suites = shared_suites12(
        version, [](const auto& facts) { return crypto::uses_psk(facts.key_exchange); });
    EXPECT_GE(suites.size(), 10U);
    for (const auto suite : suites) {
      for (const bool hint : {false, true}) {
        SCOPED_TRACE(wire::shown(suite));
        policy::Config config = ours12(GetParam(), crypto::KeyType::rsa, version);
        config.cipher_suites = {suite};
        config.psks = {psk};
        // Without a certificate to go by, libssl's own choice of a prime is a short one.
        config.least_dhe_bits = 1'024;
        if (hint) config.psk_identity_hint = to_bytes(view_of("hint"));
        LibsslOptions options = theirs12(GetParam(), crypto::KeyType::rsa, version);
        options.older_suites = {suite};
        options.tweak = [hint](SSL_CTX* context) {
          SSL_CTX_set_psk_client_callback(context, give_psk);
          SSL_CTX_set_psk_server_callback(context, find_psk);
          if (hint) SSL_CTX_use_psk_identity_hint(context, "hint");
        };
        Meeting meeting(config, options);
        meeting.shake();
        ASSERT_TRUE(meeting.complete()) << meeting.trouble();
        EXPECT_EQ(meeting.ours.facts().psk, policy::PskOrigin::external);
        meeting.exchange(100);
      }
    }
  }
}

TEST_P(Sessions12, EverySchemeProvesAClientsCertificate) {
  for (const auto scheme : policy::supported_signature_schemes(ProtocolVersion::tls_1_2)) {
    SCOPED_TRACE(wire::shown(scheme));
    const auto key =
        scheme == SignatureScheme::ecdsa_sha1 ? crypto::KeyType::ec_p256 : key_type_of(scheme);
    policy::Config config = ours12(GetParam());
    LibsslOptions options = theirs12(GetParam());
    const std::vector<SignatureScheme> schemes = {scheme, SignatureScheme::ecdsa_secp256r1_sha256};
    config.trust = test_trust();
    options.trust = &test_trust();
    options.verify_mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
    if (GetParam() == Role::client) {
      config.identities = {identity(key)};
      config.signature_schemes = schemes;
      if (scheme == schemes[1]) config.signature_schemes.pop_back();
    } else {
      config.client_authentication = policy::ClientAuthentication::require;
      config.signature_schemes = schemes;
      if (scheme == schemes[1]) config.signature_schemes.pop_back();
      options.identity = &identity(key);
    }
    Meeting meeting(config, options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().client_signature_scheme, scheme);
    meeting.exchange(100);
  }
}

TEST_P(Sessions12, AClientMayHaveNoCertificate) {
  for (const bool required : {false, true}) {
    policy::Config config = ours12(GetParam());
    LibsslOptions options = theirs12(GetParam());
    options.trust = &test_trust();
    config.trust = test_trust();
    if (GetParam() == Role::server) {
      config.client_authentication =
          required ? policy::ClientAuthentication::require : policy::ClientAuthentication::request;
    } else {
      options.verify_mode = SSL_VERIFY_PEER | (required ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0);
    }
    Meeting meeting(config, options);
    meeting.shake();
    EXPECT_EQ(meeting.complete(), !required) << meeting.trouble();
    if (!required) continue;
    const auto& failure = *meeting.ours.failure();
    EXPECT_EQ(failure.peer_alert ? failure.peer_alert : alert_of(failure),
              AlertDescription::handshake_failure);
  }
}

// RFC 5746: libssl renegotiates with us, asked by either side.
TEST_P(Sessions12, Renegotiate) {
  policy::Config config = ours12(GetParam());
  config.renegotiation = policy::Renegotiation::allowed;
  LibsslOptions options = theirs12(GetParam());
  options.tweak = [](SSL_CTX* context) {
    SSL_CTX_set_options(context, SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  };
  Meeting meeting(config, options);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  const auto before = meeting.ours.facts().client_random;
  ASSERT_EQ(SSL_renegotiate(meeting.theirs.get()), 1);
  for (int i = 0; i < 6; ++i) {
    meeting.theirs.handshake();
    meeting.theirs.read_all();
    meeting.ours.step(meeting.theirs.take_output(), connection::Call::read);
    meeting.theirs.feed(meeting.ours.take_output());
  }
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_NE(meeting.ours.facts().client_random, before);
  EXPECT_EQ(SSL_num_renegotiations(meeting.theirs.get()), 1);
  meeting.exchange(1'000);
}

TEST_P(Sessions12, RefuseToRenegotiateByDefault) {
  Meeting meeting(ours12(GetParam()), theirs12(GetParam()));
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  ASSERT_EQ(SSL_renegotiate(meeting.theirs.get()), 1);
  meeting.theirs.handshake();
  meeting.ours.step(meeting.theirs.take_output(), connection::Call::read);
  EXPECT_TRUE(meeting.ours.complete());
  meeting.theirs.feed(meeting.ours.take_output());
  meeting.theirs.read_all();
  ASSERT_FALSE(meeting.theirs.alerts_received.empty());
  EXPECT_EQ(meeting.theirs.alerts_received.front(),
            (Alert{AlertLevel::warning, AlertDescription::no_renegotiation}));
}

int staple(SSL* ssl, void* /*argument*/) {
  static constexpr std::array<std::uint8_t, 4> kResponse = {0x30, 2, 5, 0};
  if (SSL_is_server(ssl) == 0) return 1;
  auto* copy = static_cast<std::uint8_t*>(OPENSSL_malloc(kResponse.size()));
  std::copy(kResponse.begin(), kResponse.end(), copy);
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(kResponse.size()));
  return SSL_TLSEXT_ERR_OK;
}

TEST_P(Sessions12, ExchangeStaples) {
  for (const bool tls13 : {false, true}) {
    const bool client = GetParam() == Role::client;
    policy::Config config = client ? (tls13 ? client_config() : client_config12())
                                   : (tls13 ? server_config() : server_config12());
    LibsslOptions options =
        tls13 ? (client ? libssl_server() : libssl_client()) : theirs12(GetParam());
    const Bytes response = {0x30, 2, 5, 0};
    if (client) {
      config.request_ocsp = true;
    } else {
      config.identities[0].ocsp_response = response;
    }
    options.tweak = [client](SSL_CTX* context) {
      SSL_CTX_set_tlsext_status_cb(context, staple);
      if (!client) SSL_CTX_set_tlsext_status_type(context, TLSEXT_STATUSTYPE_ocsp);
    };
    Meeting meeting(config, options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    if (client) {
      EXPECT_EQ(meeting.ours.facts().ocsp_response, response);
    } else {
      const unsigned char* got = nullptr;
      const long size = SSL_get_tlsext_status_ocsp_resp(meeting.theirs.get(), &got);
      EXPECT_EQ(to_bytes(BytesView(got, static_cast<std::size_t>(size))), response);
    }
  }
}

TEST_P(Sessions12, AgreeOnAFragmentLength) {
  policy::Config config = ours12(GetParam());
  LibsslOptions options = theirs12(GetParam());
  if (GetParam() == Role::client) {
    config.max_fragment_length = std::uint8_t{1};
  } else {
    options.tweak = [](SSL_CTX* context) {
      SSL_CTX_set_tlsext_max_fragment_length(context, TLSEXT_max_fragment_length_512);
    };
  }
  Meeting meeting(config, options);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_EQ(meeting.ours.facts().max_fragment_length, std::uint16_t{512});
  meeting.exchange(5'000);
}

}  // namespace
}  // namespace stepshake::testing
