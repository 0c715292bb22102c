// Which chains go out, and which are taken, by how they are signed and what they are for (RFC 8446 4.2.3, 4.2.5, 4.4.2).
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include "talk.h"
#include "wire/certificate.h"

namespace stepshake::testing {
namespace {

using enum wire::SignatureScheme;
using crypto::KeyType;
using policy::ClientAuthentication;
using wire::HandshakeType;
using wire::SignatureScheme;

constexpr std::int64_t kDay = 86'400;

const crypto::Issued& authority(KeyType type) {
  static const auto rsa =
      crypto::issue_authority(KeyType::rsa, {"RSA CA", "", kNow - kDay, kNow + kDay});
  return type == KeyType::rsa ? rsa.value() : test_authority();
}

// The certificate again, signed with another digest.
Bytes signed_again(const Bytes& der, const crypto::PrivateKey& key, const EVP_MD* digest) {
  const std::uint8_t* at = der.data();
  const std::unique_ptr<X509, decltype(&X509_free)> certificate(
      d2i_X509(nullptr, &at, static_cast<long>(der.size())), X509_free);
  EXPECT_GT(X509_sign(certificate.get(), key.get(), digest), 0);
  Bytes again(static_cast<std::size_t>(i2d_X509(certificate.get(), nullptr)));
  std::uint8_t* out = again.data();
  i2d_X509(certificate.get(), &out);
  return again;
}

// A leaf of a P-256 key under the authority of that type.
policy::Identity leaf(KeyType issuer, const EVP_MD* digest = EVP_sha256()) {
  auto issued = crypto::issue_leaf(KeyType::ec_p256,
                                   {kHost, std::string("DNS:") + kHost, kNow - kDay, kNow + kDay},
                                   authority(issuer));
  return {{signed_again(issued->certificate, authority(issuer).key, digest)}, issued->key};
}

policy::Config client_that_takes(std::vector<SignatureScheme> schemes) {
  policy::Config config = client_config();
  config.certificate_signature_schemes = std::move(schemes);
  config.verification = policy::Verification::off;
  return config;
}

policy::Config server_with(std::vector<policy::Identity> identities) {
  policy::Config config = server_config();
  config.identities = std::move(identities);
  return config;
}

// The leaf that the side showed; empty where it showed none.
Bytes shown_by(const Talk& talk, policy::Role by) {
  const Bytes message = talk.message(by, HandshakeType::certificate);
  if (message.empty()) return {};
  const auto certificate = wire::decode_certificate(wire::unframe(message).body);
  return certificate->certificate_list.empty() ? Bytes()
                                               : certificate->certificate_list[0].cert_data;
}

Bytes shown_to(const policy::Config& client, const policy::Config& server) {
  Talk talk(client, server);
  talk.run();
  return shown_by(talk, kServer);
}

// RFC 8446 4.4.2.4: MD5 in what has to be validated is bad_certificate, from either side.
TEST(Md5InAChain, IsBadCertificate) {
  const policy::Identity weak = leaf(KeyType::rsa, EVP_md5());
  const crypto::TrustAnchors trust({authority(KeyType::rsa).certificate});
  policy::Config ours = client_config();
  ours.trust = trust;
  Pair pair(ours, server_with({weak}));
  pair.run();
  ASSERT_TRUE(pair.client.failure());
  EXPECT_EQ(alert_of(*pair.client.failure()), AlertDescription::bad_certificate);
  ours = client_config();
  ours.identities = {weak};
  policy::Config theirs = server_config();
  theirs.trust = trust;
  theirs.client_authentication = ClientAuthentication::require;
  Pair reversed(ours, theirs);
  reversed.run();
  ASSERT_TRUE(reversed.server.failure());
  EXPECT_EQ(alert_of(*reversed.server.failure()), AlertDescription::bad_certificate);
}

// The same chains with SHA-256 are taken, so that it is the digest that decides.
TEST(Sha256InAChain, IsTaken) {
  policy::Config ours = client_config();
  ours.trust = crypto::TrustAnchors({authority(KeyType::rsa).certificate});
  Pair pair(ours, server_with({leaf(KeyType::rsa)}));
  pair.run();
  EXPECT_TRUE(pair.complete());
}

// RFC 8446 4.4.2.2: a chain signed as the client advertises, where there is one; else one of the server's choice.
TEST(ServersChain, IsSignedAsTheClientAsks) {
  const policy::Identity by_rsa = leaf(KeyType::rsa);
  const policy::Identity by_ecdsa = leaf(KeyType::ec_p256);
  const policy::Config both = server_with({by_rsa, by_ecdsa});
  EXPECT_EQ(shown_to(client_that_takes({ecdsa_secp256r1_sha256}), both), by_ecdsa.chain[0]);
  EXPECT_EQ(shown_to(client_that_takes({rsa_pkcs1_sha256}), both), by_rsa.chain[0]);
  EXPECT_EQ(shown_to(client_that_takes({ed25519}), both), by_rsa.chain[0]);
  // RFC 8446 4.2.3: without signature_algorithms_cert, signature_algorithms is for certificates too.
  policy::Config alike = client_that_takes({});
  alike.signature_schemes = {ecdsa_secp256r1_sha256};
  EXPECT_EQ(shown_to(alike, both), by_ecdsa.chain[0]);
}

// RFC 8446 4.2.3, 4.4.2.2: SHA-1 only to a client that takes it, and only where no other chain will do.
TEST(ServersChain, HasSha1OnlyWhereItMust) {
  const policy::Identity old = leaf(KeyType::ec_p256, EVP_sha1());
  const policy::Identity modern = leaf(KeyType::ec_p256);
  const auto takes_both = client_that_takes({ecdsa_secp256r1_sha256, ecdsa_sha1});
  const auto takes_modern = client_that_takes({ecdsa_secp256r1_sha256});
  EXPECT_EQ(shown_to(takes_both, server_with({old, modern})), modern.chain[0]);
  EXPECT_EQ(shown_to(takes_both, server_with({old})), old.chain[0]);
  EXPECT_EQ(shown_to(takes_modern, server_with({old, modern})), modern.chain[0]);
  Pair pair(takes_modern, server_with({old}));
  pair.run();
  ASSERT_TRUE(pair.server.failure());
  EXPECT_EQ(alert_of(*pair.server.failure()), AlertDescription::handshake_failure);
}

Bytes clients_answer(const policy::Identity& identity, const policy::Config& wishes) {
  policy::Config ours = client_config();
  ours.identities = {identity};
  policy::Config theirs = wishes;
  theirs.client_authentication = ClientAuthentication::request;
  theirs.verification = policy::Verification::off;
  Talk talk(ours, theirs);
  talk.run();
  EXPECT_TRUE(talk.complete()) << talk.trouble();
  return shown_by(talk, kClient);
}

// RFC 8446 4.4.2.3: a client's chain MUST be signed in ways that the request names; else it shows none.
TEST(ClientsChain, IsSignedAsTheServerAsks) {
  const policy::Identity by_rsa = leaf(KeyType::rsa);
  policy::Config wishes = server_config();
  wishes.certificate_signature_schemes = {rsa_pkcs1_sha256};
  EXPECT_EQ(clients_answer(by_rsa, wishes), by_rsa.chain[0]);
  wishes.certificate_signature_schemes = {ecdsa_secp256r1_sha256};
  EXPECT_EQ(clients_answer(by_rsa, wishes), Bytes());
  wishes.certificate_signature_schemes = {};
  EXPECT_EQ(clients_answer(by_rsa, wishes), Bytes()) << "signature_algorithms names no PKCS #1";
}

// RFC 8446 4.4.3: nor with a scheme that the request does not name.
TEST(ClientsChain, IsOfAKeyThatTheServerAsksFor) {
  policy::Config wishes = server_config();
  wishes.signature_schemes = {ed25519};
  wishes.identities = {identity(KeyType::ed25519)};
  EXPECT_EQ(clients_answer(identity(KeyType::ec_p256), wishes), Bytes());
  EXPECT_NE(clients_answer(identity(KeyType::ed25519), wishes), Bytes());
}

// RFC 8446 4.2.5, 4.4.2.3: every value of every filter that the client knows; others are skipped. The test's leaves
// have digitalSignature, and serverAuth and clientAuth.
TEST(ClientsChain, MatchesTheFiltersThatItKnows) {
  const Bytes key_usage = hex("06 03 551d0f");
  const Bytes extended = hex("06 03 551d25");
  const Bytes signature = hex("03 02 07 80");
  const Bytes encipherment = hex("03 02 05 a0");
  const Bytes client_auth = hex("30 0a 06 08 2b06010505070302");
  const Bytes code_signing = hex("30 14 06 08 2b06010505070302 06 08 2b06010505070303");
  const Bytes unknown = hex("06 03 2a0304");
  struct Row {
    std::vector<wire::OidFilter> filters;
    bool shown;
  };
  const std::vector<Row> rows = {
      {{{key_usage, signature}}, true},
      {{{key_usage, encipherment}}, false},
      {{{extended, client_auth}}, true},
      {{{extended, code_signing}}, false},
      {{{unknown, Bytes{1, 2, 3}}}, true},
      {{{unknown, {}}, {key_usage, signature}, {extended, client_auth}}, true},
      {{{key_usage, signature}, {extended, code_signing}}, false},
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    policy::Config wishes = server_config();
    wishes.oid_filters = rows[i].filters;
    EXPECT_EQ(!clients_answer(identity(KeyType::ec_p256), wishes).empty(), rows[i].shown) << i;
  }
}

}  // namespace
}  // namespace stepshake::testing
