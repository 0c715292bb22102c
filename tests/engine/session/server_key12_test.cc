// What a client of TLS 1.2 demands of the key in the server's certificate, beside its kind: RFC 5246 7.4.2, RFC 8422 5.3,
// RFC 8017 7.2.1.
#include <gtest/gtest.h>

#include "hello12.h"
#include "wire/certificate12.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;

// A key of 255 bits: the premaster secret does not fit in.
Bytes short_rsa_key() {
  return concat({hex("303b 300d06092a864886f70d0101010500 032a00 3027 0220"), Bytes(32, 0x7f),
                 hex("0203010001")});
}

TEST(ServerKey12, TooShortForTheSecretIsRefused) {
  for (const char* name : {"Rsa client WaitCertificate", "RsaPsk client WaitCertificate"}) {
    SCOPED_TRACE(name);
    Victim client = station12(name).victim;
    policy::Config trusting = *client.config;
    trusting.verification = policy::Verification::off;
    client.config = std::make_shared<const policy::Config>(trusting);
    client.session.facts.server_certificate_type = wire::CertificateType::raw_public_key;
    const auto with = [](Bytes key) {
      return in_the_clear(
          framed(wire::Certificate12{wire::CertificateType::raw_public_key, {std::move(key)}}));
    };
    const auto honest = crypto::public_key_of(identity(crypto::KeyType::rsa).chain.front()).value();
    EXPECT_TRUE(takes(client, with(crypto::to_public_key_info(honest))));
    EXPECT_TRUE(refuses(client, with(short_rsa_key()), unsupported_certificate));
  }
}

// RFC 8422 5.1.1, 5.3: the key is on a curve that the client has named.
TEST(ServerKey12, IsOnACurveThatWasOffered) {
  policy::Config ours = kind12("Ecdhe").client;
  allow_groups(ours, {wire::NamedGroup::x25519, wire::NamedGroup::secp256r1});
  Answered here = answered(ours, kind12("Ecdhe").server);
  ASSERT_TRUE(here.client.feed(in_the_clear(framed(here.hello))));
  const auto certificate = [](crypto::KeyType type) {
    return in_the_clear(
        framed(wire::Certificate12{wire::CertificateType::x509, identity(type).chain}));
  };
  EXPECT_TRUE(takes(here.client, certificate(crypto::KeyType::ec_p256)));
  EXPECT_TRUE(takes(here.client, certificate(crypto::KeyType::ed25519)));
  EXPECT_TRUE(refuses(here.client, certificate(crypto::KeyType::ec_p384), illegal_parameter));
}

}  // namespace
}  // namespace stepshake::testing
