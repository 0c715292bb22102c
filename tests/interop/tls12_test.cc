// TLS 1.2 with libssl, in both roles: every suite, group and signature scheme, and what the hellos agree on.
#include <gtest/gtest.h>

#include "support/tls12.h"

namespace stepshake::testing {
namespace {

using policy::Role;
using wire::CipherSuite;
using wire::NamedGroup;
using wire::ProtocolVersion;

void check_both_agree(const Meeting& meeting, CipherSuite suite) {
  ASSERT_TRUE(meeting.complete()) << wire::shown(suite) << " " << meeting.trouble();
  EXPECT_EQ(meeting.ours.facts().version, ProtocolVersion::tls_1_2);
  EXPECT_EQ(meeting.ours.facts().cipher_suite, suite);
  EXPECT_EQ(meeting.theirs.cipher_suite(), suite);
  EXPECT_TRUE(meeting.ours.facts().extended_master_secret);
  EXPECT_TRUE(meeting.ours.facts().secure_renegotiation);
  EXPECT_EQ(SSL_get_secure_renegotiation_support(meeting.theirs.get()), 1);
}

class InEitherRole : public ::testing::TestWithParam<Role> {};
INSTANTIATE_TEST_SUITE_P(Tls12, InEitherRole, ::testing::Values(Role::client, Role::server),
                         NameOfRole());

TEST_P(InEitherRole, EverySuiteWithACertificateCompletesAndCarriesData) {
  const auto suites = shared_suites12(ProtocolVersion::tls_1_2, is_certified);
  EXPECT_GE(suites.size(), 30U);
  for (const auto suite : suites) {
    SCOPED_TRACE(wire::shown(suite));
    policy::Config config = ours12(GetParam(), key_type_for(suite));
    config.cipher_suites = {suite};
    LibsslOptions options = theirs12(GetParam(), key_type_for(suite));
    options.older_suites = {suite};
    Meeting meeting(config, options);
    meeting.shake();
    check_both_agree(meeting, suite);
    for (std::size_t size : {1U, 100U, 20'000U}) meeting.exchange(size);
  }
}

TEST_P(InEitherRole, EveryCurveCompletes) {
  for (const auto group : policy::supported_groups()) {
    if (!policy::is_curve(group)) continue;
    SCOPED_TRACE(wire::shown(group));
    policy::Config config = ours12(GetParam());
    // The certificate's curve is one of them too (RFC 8422 5.1).
    config.groups = {group};
    if (group != NamedGroup::secp256r1) config.groups.push_back(NamedGroup::secp256r1);
    config.key_share_groups.clear();
    LibsslOptions options = theirs12(GetParam());
    options.groups = config.groups;
    Meeting meeting(config, options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().group, group);
    EXPECT_EQ(static_cast<int>(SSL_get_negotiated_group(meeting.theirs.get())), nid_of(group));
  }
}

// RFC 5246 7.4.1.4.1: the schemes that TLS 1.2 signs with, of each key, in ServerKeyExchange.
TEST_P(InEitherRole, EverySchemeSignsTheServersKeyExchange) {
  for (const auto scheme : policy::supported_signature_schemes(ProtocolVersion::tls_1_2)) {
    SCOPED_TRACE(wire::shown(scheme));
    const auto key = scheme == wire::SignatureScheme::ecdsa_sha1 ? crypto::KeyType::ec_p256
                                                                 : key_type_of(scheme);
    policy::Config config = ours12(GetParam(), key);
    config.signature_schemes = {scheme};
    // The certificate's own signature is of the CA's key.
    config.certificate_signature_schemes = {wire::SignatureScheme::ecdsa_secp256r1_sha256};
    LibsslOptions options = theirs12(GetParam(), key);
    options.schemes = {scheme, wire::SignatureScheme::ecdsa_secp256r1_sha256};
    if (scheme == wire::SignatureScheme::ecdsa_secp256r1_sha256) options.schemes.pop_back();
    Meeting meeting(config, options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().server_signature_scheme, scheme);
  }
}

// RFC 7366, and the CBC suites without it; RFC 7627, and without it.
TEST_P(InEitherRole, EncryptThenMacAndExtendedMasterSecretAreAgreedOn) {
  for (const bool with : {false, true}) {
    for (const bool ours : {false, true}) {
      policy::Config config = ours12(GetParam());
      config.cipher_suites = {CipherSuite::tls_ecdhe_ecdsa_with_aes_256_cbc_sha384};
      LibsslOptions options = theirs12(GetParam());
      if (ours && !with) {
        config.encrypt_then_mac = false;
        config.extended_master_secret = policy::Wish::off;
      }
      if (!ours && !with) {
        options.tweak = [](SSL_CTX* context) {
          SSL_CTX_set_options(context,
                              SSL_OP_NO_ENCRYPT_THEN_MAC | SSL_OP_NO_EXTENDED_MASTER_SECRET);
        };
      }
      Meeting meeting(config, options);
      meeting.shake();
      ASSERT_TRUE(meeting.complete()) << meeting.trouble();
      EXPECT_EQ(meeting.ours.facts().encrypt_then_mac, with);
      EXPECT_EQ(meeting.ours.facts().extended_master_secret, with);
      EXPECT_EQ(SSL_get_extms_support(meeting.theirs.get()), with ? 1 : 0);
      for (std::size_t size : {1U, 100U, 20'000U}) meeting.exchange(size);
    }
  }
}

// RFC 8996 aside: for whoever has to know whether a peer still does.
TEST_P(InEitherRole, OldVersionsCompleteWhereTheyAreAskedFor) {
  for (const auto version : {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_1}) {
    for (const auto suite : shared_suites12(version, is_certified)) {
      SCOPED_TRACE(wire::shown(version) + " " + wire::shown(suite));
      policy::Config config = ours12(GetParam(), key_type_for(suite), version);
      config.cipher_suites = {suite};
      LibsslOptions options = theirs12(GetParam(), key_type_for(suite), version);
      options.older_suites = {suite};
      Meeting meeting(config, options);
      meeting.shake();
      ASSERT_TRUE(meeting.complete()) << meeting.trouble();
      EXPECT_EQ(meeting.ours.facts().version, version);
      for (std::size_t size : {1U, 20'000U}) meeting.exchange(size);
    }
  }
}

TEST_P(InEitherRole, BytesMayComeOneByOne) {
  Meeting meeting(ours12(GetParam()), theirs12(GetParam()));
  meeting.shake(1);
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  meeting.exchange(100);
}

TEST_P(InEitherRole, TheBetterVersionIsChosen) {
  for (const auto version : {ProtocolVersion::tls_1_2, ProtocolVersion::tls_1_3}) {
    const bool client = GetParam() == Role::client;
    LibsslOptions options = client ? libssl_server() : libssl_client();
    options.min_version = TLS1_2_VERSION;
    options.max_version = libssl_version(version);
    Meeting meeting(client ? client_config_of_all_versions() : server_config_of_all_versions(),
                    options);
    meeting.shake();
    ASSERT_TRUE(meeting.complete()) << meeting.trouble();
    EXPECT_EQ(meeting.ours.facts().version, version);
    EXPECT_EQ(SSL_version(meeting.theirs.get()), libssl_version(version));
    meeting.exchange(100);
  }
}

TEST_P(InEitherRole, AlpnAndServerNameAreAgreedOn) {
  policy::Config config = ours12(GetParam());
  config.alpn_protocols = {to_bytes(view_of("h2")), to_bytes(view_of("http/1.1"))};
  LibsslOptions options = theirs12(GetParam());
  options.alpn = {"spdy/1", "h2"};
  Meeting meeting(config, options);
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  EXPECT_EQ(meeting.ours.facts().alpn_protocol, to_bytes(view_of("h2")));
  EXPECT_EQ(meeting.theirs.alpn(), "h2");
  EXPECT_EQ(meeting.ours.facts().server_name, kHost);
  EXPECT_EQ(meeting.theirs.server_name(), kHost);
}

TEST_P(InEitherRole, ExportersAgree) {
  Meeting meeting(ours12(GetParam()), theirs12(GetParam()));
  meeting.shake();
  ASSERT_TRUE(meeting.complete()) << meeting.trouble();
  const Bytes some = {1, 2, 3};
  for (const bool with_context : {false, true}) {
    for (const Bytes& context : {Bytes(), some}) {
      const auto made = connection::export_keying_material(
          meeting.ours.stepped.connection, "EXPORTER-test",
          with_context ? std::optional<BytesView>(context) : std::nullopt, 40);
      ASSERT_TRUE(made.ok());
      Bytes expected(40);
      ASSERT_EQ(SSL_export_keying_material(meeting.theirs.get(), expected.data(), expected.size(),
                                           "EXPORTER-test", 13, context.data(), context.size(),
                                           with_context ? 1 : 0),
                1);
      EXPECT_TRUE(same(made->view(), expected)) << with_context << context.size();
    }
  }
}

}  // namespace
}  // namespace stepshake::testing
