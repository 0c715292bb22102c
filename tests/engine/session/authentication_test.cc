// Certificate, CertificateRequest, CertificateVerify and Finished, wrong in every way (RFC 8446 4.3.2, 4.4).
#include <gtest/gtest.h>

#include <functional>

#include "support/edit.h"
#include "support/pair.h"
#include "support/stations.h"
#include "wire/certificate.h"
#include "wire/certificate_verify.h"
#include "wire/finished.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ExtensionType;
using wire::SignatureScheme;

wire::Certificate certificate_of(BytesView message) {
  return wire::decode_certificate(wire::unframe(message).body).value();
}

struct CertificateCase {
  const char* name;
  std::function<void(wire::Certificate&)> change;
  std::vector<AlertDescription> from_server;
  std::vector<AlertDescription> from_client;
};

std::vector<CertificateCase> certificate_cases() {
  return {
      // RFC 8446 4.4.2: the context of the request, which was empty.
      {"Context",
       [](auto& m) { m.certificate_request_context = {1}; },
       {illegal_parameter},
       {illegal_parameter}},
      {"EmptyEntry",
       [](auto& m) { m.certificate_list[0].cert_data.clear(); },
       {decode_error},
       {decode_error}},
      {"NotDer",
       [](auto& m) { m.certificate_list[0].cert_data = Bytes(100, 7); },
       {bad_certificate, decode_error},
       {bad_certificate, decode_error}},
      {"TrailingInDer",
       [](auto& m) { m.certificate_list[0].cert_data.push_back(0); },
       {bad_certificate, decode_error},
       {bad_certificate, decode_error}},
      {"CutDer",
       [](auto& m) { m.certificate_list[0].cert_data.pop_back(); },
       {bad_certificate, decode_error},
       {bad_certificate, decode_error}},
      {"BadSignatureInDer",
       [](auto& m) { m.certificate_list[0].cert_data.back() ^= 1; },
       {bad_certificate, decrypt_error, unknown_ca},
       {bad_certificate, decrypt_error, unknown_ca}},
      // RFC 8446 4.2, 4.4.2: extensions of an entry answer those of the ClientHello or the request.
      {"UnsolicitedUnknown",
       [](auto& m) { put(m.certificate_list[0].extensions, ExtensionType{0xfafa}, {}); },
       {unsupported_extension},
       {unsupported_extension}},
      {"UnsolicitedStatus",
       [](auto& m) {
         put(m.certificate_list[0].extensions, ExtensionType::status_request, hex("01 000001 00"));
       },
       {unsupported_extension},
       {unsupported_extension}},
      {"MisplacedServerName",
       [](auto& m) { put(m.certificate_list[0].extensions, ExtensionType::server_name, {}); },
       {illegal_parameter},
       {illegal_parameter, unsupported_extension}},
      {"DuplicateExtension",
       [](auto& m) {
         m.certificate_list[0].extensions = {{ExtensionType{0xfafa}, {}},
                                             {ExtensionType{0xfafa}, {}}};
       },
       {illegal_parameter, decode_error, unsupported_extension},
       {illegal_parameter, decode_error, unsupported_extension}},
  };
}

class BadCertificate : public ::testing::TestWithParam<CertificateCase> {};

TEST_P(BadCertificate, OfTheServerIsRefused) {
  for (const char* name : {"client WaitCertificate", "client WaitCertificateOrRequest"}) {
    const Station& here = station(name);
    auto message = certificate_of(station("client WaitCertificate").message);
    GetParam().change(message);
    EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(message)),
                                    GetParam().from_server));
  }
}

TEST_P(BadCertificate, OfTheClientIsRefused) {
  const Station& here = station("server WaitCertificate");
  auto message = certificate_of(here.message);
  GetParam().change(message);
  EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(message)),
                                  GetParam().from_client));
}

INSTANTIATE_TEST_SUITE_P(Authentication, BadCertificate, ::testing::ValuesIn(certificate_cases()),
                         NameOfCase());

// RFC 8446 4.4.2.4: an empty list of the server's is decode_error.
TEST(EmptyCertificate, OfTheServerIsRefused) {
  const Station& here = station("client WaitCertificate");
  EXPECT_TRUE(
      refuses(here.victim, Peer(here.victim).handshake(framed(wire::Certificate{})), decode_error));
}

// RFC 8446 4.4.2.4: a client may decline where the server only asks; else certificate_required.
TEST(EmptyCertificate, OfTheClientIsTheConfigurationsToJudge) {
  for (auto wanted :
       {policy::ClientAuthentication::request, policy::ClientAuthentication::require}) {
    const Journey journey = travel({false, policy::ClientAuthentication::request, false});
    for (const auto& here : journey.server) {
      if (here.name != "server WaitCertificate") continue;
      Victim victim = here.victim;
      policy::Config config = *victim.config;
      config.client_authentication = wanted;
      victim.config = std::make_shared<const policy::Config>(config);
      if (wanted == policy::ClientAuthentication::require) {
        EXPECT_TRUE(refuses(victim, here.record, certificate_required));
      } else {
        EXPECT_TRUE(takes(victim, here.record));
      }
    }
  }
}

TEST(Chain, LongerThanTheLimitIsRefused) {
  const Station& here = station("client WaitCertificate");
  auto message = certificate_of(here.message);
  while (message.certificate_list.size() <= here.victim.config->limits.certificates) {
    message.certificate_list.push_back(message.certificate_list.front());
  }
  Victim victim = here.victim;
  EXPECT_FALSE(victim.feed(Peer(victim).handshake(framed(message))));
}

class EachVerifier : public ::testing::TestWithParam<std::string> {
 protected:
  const Station& here() const { return station(GetParam()); }
  wire::CertificateVerify honest() const {
    return wire::decode_certificate_verify(wire::unframe(here().message).body).value();
  }
  ::testing::AssertionResult refuses_it(const wire::CertificateVerify& message,
                                        AlertDescription alert) const {
    return refuses(here().victim, Peer(here().victim).handshake(framed(message)), alert);
  }
};

// RFC 8446 4.4.3: a signature that does not verify is decrypt_error.
TEST_P(EachVerifier, RefusesABadSignature) {
  const auto message = honest();
  for (std::size_t i = 0; i < message.signature.size(); ++i) {
    auto changed = message;
    changed.signature[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
    EXPECT_TRUE(refuses_it(changed, decrypt_error)) << i;
  }
  for (std::size_t size : {0U, 1U, 8U}) {
    auto changed = message;
    changed.signature.resize(size);
    EXPECT_TRUE(refuses_it(changed, decrypt_error)) << size;
  }
  auto longer = message;
  longer.signature.push_back(0);
  EXPECT_TRUE(refuses_it(longer, decrypt_error));
}

// RFC 8446 4.4.3, 4.2.3: not offered, not for TLS 1.3, or not for the certificate's key: illegal_parameter.
TEST_P(EachVerifier, RefusesEveryOtherScheme) {
  using enum SignatureScheme;
  for (auto scheme : {ecdsa_secp384r1_sha384, ecdsa_secp521r1_sha512, ed25519, ed448,
                      rsa_pss_rsae_sha256, rsa_pss_pss_sha256, rsa_pkcs1_sha256, rsa_pkcs1_sha1,
                      ecdsa_sha1, SignatureScheme{0xfafa}, SignatureScheme{0}}) {
    auto changed = honest();
    changed.algorithm = scheme;
    EXPECT_TRUE(refuses_it(changed, illegal_parameter)) << wire::shown(scheme);
  }
}

// RFC 8446 4.4.3: the right key and content, with the other side's context string.
TEST_P(EachVerifier, RefusesTheOtherSidesContext) {
  const bool server = GetParam().starts_with("server");
  const Victim& victim = here().victim;
  const auto hash = crypto::facts_of(*victim.session.facts.cipher_suite)->hash;
  Bytes content(64, 0x20);
  append(content, view_of(server ? "TLS 1.3, server CertificateVerify"
                                 : "TLS 1.3, client CertificateVerify"));
  content.push_back(0);
  append(content, victim.session.transcript.hash(hash));
  crypto::Random random(crypto::Entropy{});
  const auto signature =
      crypto::sign(SignatureScheme::ecdsa_secp256r1_sha256, identity(crypto::KeyType::ec_p256).key,
                   content, crypto::Nonces::from_entropy, random);
  ASSERT_TRUE(signature.ok());
  EXPECT_TRUE(refuses_it({SignatureScheme::ecdsa_secp256r1_sha256, *signature}, decrypt_error));
}

INSTANTIATE_TEST_SUITE_P(Authentication, EachVerifier,
                         ::testing::Values("client WaitCertificateVerify",
                                           "server WaitCertificateVerify"),
                         NameOfCase());

class EachFinisher : public ::testing::TestWithParam<std::string> {};

// RFC 8446 4.4.4: decrypt_error; another length is decode_error.
TEST_P(EachFinisher, RefusesABadFinished) {
  const Station& here = station(GetParam());
  const Bytes body = to_bytes(wire::unframe(here.message).body);
  for (std::size_t i = 0; i < body.size(); ++i) {
    Bytes changed = body;
    changed[i] ^= static_cast<std::uint8_t>(0x80U >> (i % 8));
    EXPECT_TRUE(refuses(here.victim, Peer(here.victim).handshake(framed(wire::Finished{changed})),
                        decrypt_error));
  }
  for (std::size_t size :
       {body.size() - 1, body.size() + 1, std::size_t{12}, std::size_t{0}, 2 * body.size()}) {
    Bytes changed = body;
    changed.resize(size);
    EXPECT_TRUE(refuses(here.victim, Peer(here.victim).handshake(framed(wire::Finished{changed})),
                        decode_error));
  }
}

INSTANTIATE_TEST_SUITE_P(Authentication, EachFinisher,
                         ::testing::Values("client WaitFinished", "server WaitFinished"),
                         NameOfCase());

struct RequestCase {
  const char* name;
  std::function<void(wire::CertificateRequest&)> change;
  std::vector<AlertDescription> alerts;
};

std::vector<RequestCase> request_cases() {
  using enum wire::ExtensionType;
  return {
      // RFC 8446 4.3.2
      {"Context", [](auto& m) { m.certificate_request_context = {1}; }, {illegal_parameter}},
      {"NoSchemes",
       [](auto& m) {
         drop(m.extensions, signature_algorithms);
         put(m.extensions, ExtensionType{0xfafa}, {});
       },
       {missing_extension}},
      {"NoExtensions", [](auto& m) { m.extensions.clear(); }, {decode_error, missing_extension}},
      {"SchemesEmpty",
       [](auto& m) { put(m.extensions, signature_algorithms, hex("0000")); },
       {decode_error}},
      {"SchemesOdd",
       [](auto& m) { put(m.extensions, signature_algorithms, hex("0001 04")); },
       {decode_error}},
      {"Duplicate",
       [](auto& m) { m.extensions.push_back(m.extensions.front()); },
       {illegal_parameter, decode_error}},
      {"MisplacedGroups",
       [](auto& m) { put(m.extensions, supported_groups, hex("0002 001d")); },
       {illegal_parameter}},
      {"MisplacedServerName",
       [](auto& m) { put(m.extensions, server_name, {}); },
       {illegal_parameter}},
      {"MisplacedKeyShare",
       [](auto& m) { put(m.extensions, key_share, hex("001d")); },
       {illegal_parameter}},
      {"AuthoritiesEmpty",
       [](auto& m) { put(m.extensions, certificate_authorities, hex("0000")); },
       {decode_error}},
      {"AuthoritiesEmptyName",
       [](auto& m) { put(m.extensions, certificate_authorities, hex("0002 0000")); },
       {decode_error}},
      {"FiltersWithoutOid",
       [](auto& m) { put(m.extensions, oid_filters, hex("0003 00 0000")); },
       {decode_error}},
  };
}

class BadCertificateRequest : public ::testing::TestWithParam<RequestCase> {};

TEST_P(BadCertificateRequest, IsRefused) {
  const Journey journey = travel({false, policy::ClientAuthentication::request, true});
  for (const auto& here : journey.client) {
    if (here.name != "client WaitCertificateOrRequest") continue;
    auto message = certificate_request_of(here.message);
    GetParam().change(message);
    EXPECT_TRUE(refuses_with_one_of(here.victim, Peer(here.victim).handshake(framed(message)),
                                    GetParam().alerts));
  }
}

INSTANTIATE_TEST_SUITE_P(Authentication, BadCertificateRequest,
                         ::testing::ValuesIn(request_cases()), NameOfCase());

}  // namespace
}  // namespace stepshake::testing
