// TLS 1.2's options and the hellos' smaller extensions, through the API.
#include <string>
#include <utility>
#include <vector>

#include "server/convert_config.h"
#include "server/status.h"
#include "tests/server/running_server.h"

namespace stepshake::server {
namespace {

policy::Config converted12(const v1::SessionConfig& config) {
  return convert(config, *shared_test_identities()).value();
}

TEST(ConvertTls12, NothingGivenMeansTheDefaults) {
  const auto config = converted12({});
  EXPECT_EQ(config.extended_master_secret, policy::Wish::offered);
  EXPECT_TRUE(config.encrypt_then_mac);
  EXPECT_TRUE(config.session_tickets);
  EXPECT_EQ(config.renegotiation, policy::Renegotiation::refused);
  EXPECT_FALSE(config.legacy_servers || config.fallback_scsv || config.false_start);
  EXPECT_FALSE(config.request_ocsp || config.request_timestamps);
  EXPECT_EQ(config.least_dhe_bits, 2048U);
  EXPECT_FALSE(config.max_fragment_length || config.record_size_limit || config.dhe_group);
  EXPECT_TRUE(config.server_certificate_types.empty() && config.client_certificate_types.empty());
  EXPECT_TRUE(config.srtp_profiles.empty());
}

TEST(ConvertTls12, EachFieldHasItsMember) {
  v1::SessionConfig from;
  v1::Tls12Options& tls12 = *from.mutable_tls12();
  tls12.set_extended_master_secret(v1::EXTENDED_MASTER_SECRET_REQUIRED);
  tls12.set_encrypt_then_mac(false);
  tls12.set_session_tickets(false);
  tls12.set_renegotiation(true);
  tls12.set_legacy_servers(true);
  tls12.set_false_start(true);
  tls12.set_psk_identity_hint("hint");
  tls12.set_least_dhe_bits(3072);
  from.set_request_ocsp(true);
  from.set_request_timestamps(true);
  from.add_server_certificate_types(v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY);
  from.add_server_certificate_types(v1::CERTIFICATE_TYPE_X509);
  from.add_client_certificate_types(v1::CERTIFICATE_TYPE_RAW_PUBLIC_KEY);
  from.set_max_fragment_length(4096);
  from.set_record_size_limit(16385);
  from.add_srtp_profiles(7);
  const auto config = converted12(from);
  EXPECT_EQ(config.extended_master_secret, policy::Wish::required);
  EXPECT_FALSE(config.encrypt_then_mac || config.session_tickets);
  EXPECT_EQ(config.renegotiation, policy::Renegotiation::allowed);
  EXPECT_TRUE(config.legacy_servers && config.false_start);
  EXPECT_EQ(config.psk_identity_hint, to_bytes(view_of("hint")));
  EXPECT_EQ(config.least_dhe_bits, 3072U);
  EXPECT_TRUE(config.request_ocsp && config.request_timestamps);
  EXPECT_EQ(config.server_certificate_types,
            (std::vector{wire::CertificateType::raw_public_key, wire::CertificateType::x509}));
  EXPECT_EQ(config.client_certificate_types, std::vector{wire::CertificateType::raw_public_key});
  EXPECT_EQ(config.max_fragment_length, std::uint8_t{4});  // RFC 6066 4: 2^12
  EXPECT_EQ(config.record_size_limit, std::uint16_t{16385});
  EXPECT_EQ(config.srtp_profiles, std::vector<std::uint16_t>{7});
}

TEST(ConvertTls12, AMisfitIsRefusedByItsName) {
  using Spoil = void (*)(v1::SessionConfig&);
  const std::vector<std::pair<std::string, Spoil>> misfits = {
      {"tls12.extended_master_secret",
       [](auto& c) {
         c.mutable_tls12()->set_extended_master_secret(static_cast<v1::ExtendedMasterSecret>(9));
       }},
      {"tls12.dhe_parameters", [](auto& c) { c.mutable_tls12()->set_dhe_parameters("nonsense"); }},
      {"tls12.psk_identity_hint",
       [](auto& c) { c.mutable_tls12()->set_psk_identity_hint(std::string(65'536, 'a')); }},
      {"server_certificate_types[0]",
       [](auto& c) { c.add_server_certificate_types(static_cast<v1::CertificateType>(7)); }},
      {"client_certificate_types[1]",
       [](auto& c) {
         c.add_client_certificate_types(v1::CERTIFICATE_TYPE_X509);
         c.add_client_certificate_types(v1::CERTIFICATE_TYPE_UNSPECIFIED);
       }},
      {"max_fragment_length", [](auto& c) { c.set_max_fragment_length(1000); }},
      {"record_size_limit", [](auto& c) { c.set_record_size_limit(63); }},
      {"record_size_limit", [](auto& c) { c.set_record_size_limit(70'000); }},
      {"srtp_profiles[0]", [](auto& c) { c.add_srtp_profiles(0x10000); }},
  };
  for (const auto& [field, spoil] : misfits) {
    v1::SessionConfig from;
    spoil(from);
    const auto status = to_grpc(convert(from, *shared_test_identities()).status());
    EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT) << field;
    EXPECT_EQ(field_of(status), field) << status.error_message();
  }
}

v1::SessionConfig of_tls12(v1::SessionConfig config) {
  config.set_max_version(0x0303);
  return config;
}

TEST(Tls12OverGrpc, WhatWasAgreedOnIsTold) {
  RunningServer running;
  auto client = of_tls12(client_config());
  client.add_cipher_suites(0xc009);  // TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA
  client.set_request_ocsp(true);
  client.set_request_timestamps(true);
  client.set_max_fragment_length(512);
  client.add_srtp_profiles(1);
  auto server = of_tls12(server_config());
  server.add_cipher_suites(0xc009);
  server.mutable_identities(0)->set_ocsp_response("a staple");
  server.mutable_identities(0)->add_signed_certificate_timestamps("a timestamp");
  server.add_srtp_profiles(2);
  server.add_srtp_profiles(1);
  const Shaken shaken =
      shake_hands(running, running.name_of_new(client), running.name_of_new(server));
  ASSERT_TRUE(shaken.server.handshake_complete()) << shaken.server.ShortDebugString();
  for (const auto& agreed : {shaken.client.negotiated(), shaken.server.negotiated()}) {
    EXPECT_EQ(agreed.version().value(), 0x0303U);
    EXPECT_TRUE(agreed.extended_master_secret() && agreed.encrypt_then_mac());
    EXPECT_TRUE(agreed.secure_renegotiation());
    EXPECT_EQ(agreed.max_fragment_length(), 512U);
    EXPECT_EQ(agreed.srtp_profile(), 1U);
    EXPECT_EQ(agreed.server_certificate_type(), v1::CERTIFICATE_TYPE_X509);
  }
  EXPECT_EQ(shaken.client.negotiated().ocsp_response(), "a staple");
  ASSERT_EQ(shaken.client.negotiated().signed_certificate_timestamps_size(), 1);
  EXPECT_EQ(shaken.client.negotiated().signed_certificate_timestamps(0), "a timestamp");
}

// Whether a renegotiation that `asks` begins is done, between two sessions that allow it or do not.
bool renegotiates(RunningServer& running, v1::Role asks, bool allowed) {
  auto client_wants = of_tls12(client_config());
  auto server_wants = of_tls12(server_config());
  client_wants.mutable_tls12()->set_renegotiation(allowed);
  server_wants.mutable_tls12()->set_renegotiation(allowed);
  const std::string client = running.name_of_new(client_wants);
  const std::string server = running.name_of_new(server_wants);
  EXPECT_TRUE(shake_hands(running, client, server).server.handshake_complete());
  const auto asked = running.step(asks == v1::ROLE_CLIENT ? client : server, v1::CALL_RENEGOTIATE);
  if (asked.return_value() != 1) return false;
  EXPECT_FALSE(asked.output().empty());
  // A read by either side takes the handshake's messages, too.
  std::string to_client = asks == v1::ROLE_SERVER ? asked.output() : "";
  std::string to_server = asks == v1::ROLE_CLIENT ? asked.output() : "";
  v1::StepResponse of_client;
  v1::StepResponse of_server;
  for (int turn = 0; turn < 6; ++turn) {
    of_server = running.step(server, v1::CALL_READ, to_server);
    of_client = running.step(client, v1::CALL_READ, to_client + of_server.output());
    to_client.clear();
    to_server = of_client.output();
  }
  EXPECT_EQ(of_server.ssl_error(), v1::SSL_ERROR_WANT_READ) << of_server.ShortDebugString();
  EXPECT_EQ(of_client.ssl_error(), v1::SSL_ERROR_WANT_READ) << of_client.ShortDebugString();
  return of_client.handshake_complete() && of_server.handshake_complete();
}

TEST(Tls12OverGrpc, RenegotiatesWhereThatIsAllowed) {
  RunningServer running;
  for (const auto asks : {v1::ROLE_CLIENT, v1::ROLE_SERVER}) {
    EXPECT_TRUE(renegotiates(running, asks, true)) << asks;
    EXPECT_FALSE(renegotiates(running, asks, false)) << asks;
  }
}

TEST(Tls12OverGrpc, RenegotiationIsNotForTls13) {
  RunningServer running;
  const std::string client = running.name_of_new(client_config());
  const Shaken shaken = shake_hands(running, client, running.name_of_new(server_config()));
  ASSERT_TRUE(shaken.client.handshake_complete());
  const auto refused = running.step(client, v1::CALL_RENEGOTIATE);
  EXPECT_EQ(refused.return_value(), 0);
  EXPECT_EQ(refused.ssl_error(), v1::SSL_ERROR_SSL);
  EXPECT_FALSE(refused.has_failure()) << "the session is as it was";
}

}  // namespace
}  // namespace stepshake::server
