#include "server/convert_config.h"

#include <functional>

#include "crypto/issue.h"
#include "crypto/keys.h"
#include "server/status.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

absl::StatusOr<policy::Config> converted(const v1::SessionConfig& config) {
  return convert(config, *shared_test_identities());
}

TEST(ConvertConfig, NothingGivenMeansTheDefaults) {
  const auto config = converted({}).value();
  const auto defaults = policy::default_config();
  EXPECT_FALSE(config.role);
  EXPECT_EQ(config.min_version, defaults.min_version);
  EXPECT_EQ(config.max_version, defaults.max_version);
  EXPECT_EQ(config.cipher_suites, defaults.cipher_suites);
  EXPECT_EQ(config.groups, defaults.groups);
  EXPECT_EQ(config.signature_schemes, defaults.signature_schemes);
  EXPECT_EQ(config.key_share_groups, defaults.key_share_groups);
  EXPECT_TRUE(config.certificate_signature_schemes.empty());
  EXPECT_TRUE(config.middlebox_compatibility);
  EXPECT_FALSE(config.ignore_unexpected_eof);
  EXPECT_EQ(config.trust.size(), 0U);
}

TEST(ConvertConfig, ListsKeepTheirOrder) {
  v1::SessionConfig from;
  from.add_cipher_suites(0x1303);
  from.add_cipher_suites(0x1301);
  from.add_groups(0x0017);
  from.add_groups(0x001d);
  from.add_signature_schemes(0x0403);
  from.add_certificate_signature_schemes(0x0401);
  from.add_alpn_protocols("h2");
  from.add_alpn_protocols(std::string("\0\xff", 2));
  const auto config = converted(from).value();
  using wire::CipherSuite;
  using wire::NamedGroup;
  EXPECT_EQ(config.cipher_suites, (std::vector{CipherSuite::tls_chacha20_poly1305_sha256,
                                               CipherSuite::tls_aes_128_gcm_sha256}));
  EXPECT_EQ(config.groups, (std::vector{NamedGroup::secp256r1, NamedGroup::x25519}));
  EXPECT_EQ(config.key_share_groups, std::vector{NamedGroup::secp256r1});
  EXPECT_EQ(config.signature_schemes, std::vector{wire::SignatureScheme::ecdsa_secp256r1_sha256});
  EXPECT_EQ(config.certificate_signature_schemes,
            std::vector{wire::SignatureScheme::rsa_pkcs1_sha256});
  EXPECT_EQ(config.alpn_protocols, (std::vector<Bytes>{{'h', '2'}, {0, 0xff}}));
}

TEST(ConvertConfig, VerificationDependsOnWhoSeesACertificate) {
  const auto verification = [](v1::Role role, v1::ClientAuthentication asks) {
    auto from = role == v1::ROLE_SERVER ? server_config() : v1::SessionConfig();
    from.set_role(role);
    from.set_client_authentication(asks);
    return converted(from).value().verification;
  };
  using policy::Verification;
  constexpr auto kNone = v1::CLIENT_AUTHENTICATION_NONE;
  constexpr auto kRequest = v1::CLIENT_AUTHENTICATION_REQUEST;
  EXPECT_EQ(verification(v1::ROLE_CLIENT, kNone), Verification::required);
  EXPECT_EQ(verification(v1::ROLE_UNSPECIFIED, kNone), Verification::required);
  EXPECT_EQ(verification(v1::ROLE_SERVER, kNone), Verification::off);
  EXPECT_EQ(verification(v1::ROLE_SERVER, kRequest), Verification::required);
}

TEST(ConvertConfig, TakesIdentitiesAndTrust) {
  const TestIdentity& rsa =
      *std::find_if(shared_test_identities()->all().begin(), shared_test_identities()->all().end(),
                    [](const TestIdentity& identity) { return identity.name == "rsa"; });
  auto from = server_config("ed25519");
  v1::PemIdentity& pem = *from.add_identities()->mutable_pem();
  pem.set_certificate_chain(rsa.certificate_chain);
  pem.set_private_key(crypto::to_pem(rsa.identity.key));
  from.set_trust_anchors(shared_test_identities()->authority_pem());
  const auto config = converted(from).value();
  ASSERT_EQ(config.identities.size(), 2U);
  EXPECT_EQ(config.identities[0].key.type(), crypto::KeyType::ed25519);
  EXPECT_EQ(config.identities[1].chain, rsa.identity.chain);
  EXPECT_EQ(config.trust.size(), 1U);
}

TEST(ConvertConfig, ARolelessSessionNeedsNoIdentity) { EXPECT_TRUE(converted({}).ok()); }

struct Misfit {
  const char* field;
  std::function<void(v1::SessionConfig&)> spoil;
};

class ConvertConfigMisfit : public testing::TestWithParam<Misfit> {};

TEST_P(ConvertConfigMisfit, IsRefusedByItsName) {
  auto from = server_config();
  GetParam().spoil(from);
  const auto status = to_grpc(converted(from).status());
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(field_of(status), GetParam().field) << status.error_message();
  EXPECT_EQ(status.error_message().rfind(std::string(GetParam().field) + ": ", 0), 0U)
      << status.error_message();
}

v1::PemIdentity& ecdsa_pem(v1::SessionConfig& config) {
  const TestIdentity& ecdsa = shared_test_identities()->all().front();
  v1::PemIdentity& pem = *config.mutable_identities(0)->mutable_pem();
  pem.set_certificate_chain(ecdsa.certificate_chain);
  pem.set_private_key(crypto::to_pem(ecdsa.identity.key));
  return pem;
}

INSTANTIATE_TEST_SUITE_P(
    All, ConvertConfigMisfit,
    testing::Values(
        Misfit{"role", [](auto& c) { c.set_role(static_cast<v1::Role>(3)); }},
        Misfit{"min_version", [](auto& c) { c.set_min_version(0x10000); }},
        Misfit{"min_version", [](auto& c) { c.set_min_version(0x0999); }},
        Misfit{"max_version", [](auto& c) { c.set_max_version(0x0300); }},
        Misfit{"cipher_suites[1]",
               [](auto& c) {
                 c.add_cipher_suites(0x1301);
                 c.add_cipher_suites(0x1399);
               }},
        Misfit{"cipher_suites[0]", [](auto& c) { c.add_cipher_suites(0x11301); }},
        Misfit{"cipher_suites[1]",
               [](auto& c) {
                 c.add_cipher_suites(0x1301);
                 c.add_cipher_suites(0x1301);
               }},
        Misfit{"groups[0]", [](auto& c) { c.add_groups(0xffff); }},
        Misfit{"key_share_groups[0]",
               [](auto& c) {
                 c.add_groups(0x001d);
                 c.add_key_share_groups(0x0017);
               }},
        Misfit{"key_share_groups[0]", [](auto& c) { c.add_key_share_groups(70'000); }},
        Misfit{"signature_schemes[0]", [](auto& c) { c.add_signature_schemes(0x0101); }},
        Misfit{"certificate_signature_schemes[0]",
               [](auto& c) { c.add_certificate_signature_schemes(1); }},
        Misfit{"alpn_protocols[1]",
               [](auto& c) {
                 c.add_alpn_protocols("h2");
                 c.add_alpn_protocols("");
               }},
        Misfit{"alpn_protocols[0]", [](auto& c) { c.add_alpn_protocols(std::string(256, 'a')); }},
        Misfit{"server_name", [](auto& c) { c.set_server_name("localhost"); }},
        Misfit{"server_name",
               [](auto& c) {
                 c.set_role(v1::ROLE_CLIENT);
                 c.set_server_name("b\xc3\xa4r.test");
               }},
        Misfit{"identities", [](auto& c) { c.clear_identities(); }},
        Misfit{"identities[1].source", [](auto& c) { c.add_identities(); }},
        Misfit{"identities[0].test_identity",
               [](auto& c) { c.mutable_identities(0)->set_test_identity("dsa"); }},
        Misfit{"identities[0].pem.certificate_chain",
               [](auto& c) { ecdsa_pem(c).set_certificate_chain("nonsense"); }},
        Misfit{"identities[0].pem.certificate_chain",
               [](auto& c) { ecdsa_pem(c).clear_certificate_chain(); }},
        Misfit{"identities[0].pem.private_key",
               [](auto& c) { ecdsa_pem(c).set_private_key("nonsense"); }},
        Misfit{"identities[0].pem.private_key", [](auto& c) { ecdsa_pem(c).clear_private_key(); }},
        Misfit{"identities[0]",  // another key
               [](auto& c) {
                 ecdsa_pem(c).set_private_key(
                     crypto::to_pem(crypto::generate_key(crypto::KeyType::ec_p256).value()));
               }},
        Misfit{"identities[0]", [](auto& c) { c.add_signature_schemes(0x0807); }},
        Misfit{"pre_shared_keys[0].source", [](auto& c) { c.add_pre_shared_keys(); }},
        Misfit{"pre_shared_keys[0].external.key",
               [](auto& c) { c.add_pre_shared_keys()->mutable_external()->set_identity("a"); }},
        Misfit{"pre_shared_keys[0].external.identity",
               [](auto& c) {
                 v1::ExternalPsk& psk = *c.add_pre_shared_keys()->mutable_external();
                 psk.set_identity(std::string(65'536, 'a'));
                 psk.set_key("k");
               }},
        Misfit{"pre_shared_keys[0].external.import_context",
               [](auto& c) {
                 v1::ExternalPsk& psk = *c.add_pre_shared_keys()->mutable_external();
                 psk.set_identity(std::string(65'500, 'a'));
                 psk.set_key("k");
                 psk.set_imported(true);
                 psk.set_import_context(std::string(28, 'a'));
               }},
        Misfit{"pre_shared_keys[0].ticket",
               [](auto& c) { c.add_pre_shared_keys()->set_ticket("nonsense"); }},
        Misfit{"psk_key_exchange_modes[0]", [](auto& c) { c.add_psk_key_exchange_modes(2); }},
        Misfit{"tickets", [](auto& c) { c.set_tickets(33); }},
        Misfit{"ticket_lifetime", [](auto& c) { c.set_ticket_lifetime(604'801); }},
        Misfit{"trust_anchors", [](auto& c) { c.set_trust_anchors("nonsense"); }},
        Misfit{"verification",
               [](auto& c) { c.set_verification(static_cast<v1::Verification>(9)); }},
        Misfit{"client_authentication",
               [](auto& c) {
                 c.set_client_authentication(static_cast<v1::ClientAuthentication>(-7));
               }},
        Misfit{"client_authentication", [](auto& c) {
                 c.set_role(v1::ROLE_CLIENT);
                 c.set_client_authentication(v1::CLIENT_AUTHENTICATION_REQUIRE);
               }}));

}  // namespace
}  // namespace stepshake::server
