// TLS 1.2 between two connections of ours: renegotiation, questions, steps by message, remote keys, and what
// extensions agree on.
#include <gtest/gtest.h>

#include "crypto/signature12.h"
#include "support/both.h"
#include "support/hex.h"
#include "wire/handshake_message.h"
#include "wire/hello_request.h"

namespace stepshake::testing {
namespace {

using connection::Call;
using connection::SslError;
using handshake::Answer;
using wire::CipherSuite;
using wire::ProtocolVersion;

policy::Config renegotiating(policy::Config config) {
  config.renegotiation = policy::Renegotiation::allowed;
  return config;
}

// A HelloRequest of the server's, under its keys.
Bytes hello_request(const Side& server) {
  record::Protection keys = server.session().write;
  Bytes out;
  keys.seal(wire::ContentType::handshake, wire::frame(wire::HandshakeType::hello_request, {}), out);
  return out;
}

// The server's write keys have made one record more.
void skip_a_record(Side& server) { ++server.stepped.connection.session.write.sequence_number; }

TEST(Renegotiation, IsRefusedByDefaultWithAWarning) {
  Both both(client_config12(), server_config12());
  both.run();
  ASSERT_TRUE(both.complete()) << both.trouble();
  both.step(both.client, hello_request(both.server), Call::read);
  skip_a_record(both.server);
  ASSERT_EQ(both.client.last.result.events.size(), 2U);
  const auto& answer = both.client.last.result.events.back();
  EXPECT_EQ(answer.alert, (Alert{AlertLevel::warning, AlertDescription::no_renegotiation}));
  EXPECT_TRUE(both.client.complete());
  both.step(both.server, both.client.take_output(), Call::read);
  EXPECT_TRUE(both.server.complete()) << both.trouble();
  both.exchange();
  // The client tries, the server will not.
  both.client.config.renegotiation = policy::Renegotiation::allowed;
  both.step(both.client, hello_request(both.server), Call::read);
  skip_a_record(both.server);
  EXPECT_FALSE(both.client.complete());
  both.step(both.server, both.client.take_output(), Call::read);
  EXPECT_TRUE(both.server.complete()) << both.trouble();
  both.step(both.client, both.server.take_output(), Call::read);
  ASSERT_TRUE(both.client.failure().has_value());
  EXPECT_EQ(both.client.failure()->reason, Reason::renegotiation_refused);
}

TEST(Renegotiation, IsDoneWhereBothAllowIt) {
  for (const bool with_certificate : {false, true}) {
    policy::Config server = renegotiating(server_config12());
    policy::Config client = renegotiating(client_config12());
    if (with_certificate) {
      server.client_authentication = policy::ClientAuthentication::require;
      server.trust = test_trust();
      client.identities = {identity(crypto::KeyType::ed25519)};
    }
    Both both(client, server);
    both.run();
    ASSERT_TRUE(both.complete()) << both.trouble();
    for (int again = 0; again < 2; ++again) {
      const auto random = both.client.facts().client_random;
      both.step(both.client, hello_request(both.server), Call::read);
      skip_a_record(both.server);
      EXPECT_FALSE(both.client.complete());
      // RFC 5246 6.2.1: application data may come in between, and is read.
      const Bytes data(100, 9);
      both.step(both.server, {}, Call::write, data);
      ASSERT_EQ(both.server.last.result.return_value, 100) << both.trouble();
      both.step(both.client, both.server.take_output(), Call::read);
      EXPECT_EQ(both.client.last.result.data, data) << both.trouble();
      both.run(Call::read);
      ASSERT_TRUE(both.complete()) << both.trouble();
      EXPECT_NE(both.client.facts().client_random, random);
      EXPECT_EQ(both.server.facts().client_random, both.client.facts().client_random);
      EXPECT_EQ(both.server.facts().peer_certificates.size(), with_certificate ? 1U : 0U);
      both.exchange();
    }
  }
}

// RFC 8449 4, RFC 6066: what the hellos agree on holds until other hellos do.
TEST(Renegotiation, AgreesOnEverythingAnew) {
  const auto wishing = [](policy::Config config, bool by_size) {
    if (by_size) {
      config.record_size_limit = std::uint16_t{512};
    } else if (config.role == policy::Role::client) {
      config.max_fragment_length = std::uint8_t{1};
    }
    config.srtp_profiles = {1};
    config.request_ocsp = config.request_timestamps = config.role == policy::Role::client;
    return config;
  };
  for (const bool by_size : {false, true}) {
    for (const bool gains : {false, true}) {
      policy::Config server = renegotiating(wishing(server_config12(), by_size));
      server.identities[0].ocsp_response = Bytes(50, 1);
      server.identities[0].timestamps = {Bytes(20, 2)};
      const policy::Config plain = renegotiating(client_config12());
      const policy::Config wishes = wishing(plain, by_size);
      Both both(gains ? plain : wishes, server);
      both.run();
      ASSERT_TRUE(both.complete()) << both.trouble();
      both.client.config = gains ? wishes : plain;
      both.step(both.client, {}, Call::renegotiate);
      both.run(Call::read);
      ASSERT_TRUE(both.complete()) << both.trouble();
      for (const Side* side : {&both.client, &both.server}) {
        EXPECT_EQ(side->facts().record_size_limit.has_value(), gains && by_size);
        EXPECT_EQ(side->facts().max_fragment_length.has_value(), gains && !by_size);
        EXPECT_EQ(side->facts().srtp_profile.has_value(), gains);
      }
      EXPECT_EQ(both.client.facts().ocsp_response.has_value(), gains);
      EXPECT_EQ(both.client.facts().timestamps.empty(), !gains);
      // One record where there is no limit any more, ten where there is one.
      const Bytes data(5'120, 3);
      for (auto [from, to] :
           {std::pair{&both.server, &both.client}, {&both.client, &both.server}}) {
        both.step(*from, {}, Call::write, data);
        const Bytes sent = from->take_output();
        std::size_t records = 0;
        for (BytesView rest = sent; !rest.empty(); ++records) {
          rest = rest.subspan(record::record_size(rest));
        }
        EXPECT_EQ(records, gains ? 10U : 1U);
        both.step(*to, sent, Call::read);
        EXPECT_GT(to->last.result.return_value, 0) << both.trouble();
      }
    }
  }
}

// A limit on what a peer can ask for without end.
TEST(Renegotiation, IsNotAskedForWithoutEnd) {
  Both both(client_config12(), server_config12());
  both.run();
  ASSERT_TRUE(both.complete());
  for (unsigned i = 0; i <= both.client.config.limits.key_updates; ++i) {
    ASSERT_FALSE(both.client.failure().has_value()) << i;
    both.step(both.client, hello_request(both.server), Call::read);
    skip_a_record(both.server);
  }
  ASSERT_TRUE(both.client.failure().has_value());
  EXPECT_EQ(both.client.failure()->reason, Reason::too_many_warnings);
}

policy::Config asking(policy::Config config) {
  config.client_authentication = policy::ClientAuthentication::require;
  config.trust = test_trust();
  return config;
}

policy::Config certified(policy::Config config, crypto::KeyType type = crypto::KeyType::ec_p256) {
  config.identities = {identity(type)};
  return config;
}

TEST(Questions12, AreAskedAndAnswered) {
  struct Stop {
    const char* name;
    bool client;
    SslError error;
    std::function<void(policy::Config&)> change;
  };
  const std::vector<Stop> stops = {
      {"hello", false, SslError::want_client_hello_cb,
       [](auto& c) { c.pause_on.client_hello = true; }},
      {"certificate", false, SslError::want_x509_lookup,
       [](auto& c) { c.pause_on.certificate = true; }},
      {"verdict", false, SslError::want_retry_verify, [](auto& c) { c.pause_on.verify = true; }},
      {"certificate", true, SslError::want_x509_lookup,
       [](auto& c) { c.pause_on.certificate = true; }},
      {"verdict", true, SslError::want_retry_verify, [](auto& c) { c.pause_on.verify = true; }},
  };
  for (const auto& stop : stops) {
    for (const bool refuse : {false, true}) {
      SCOPED_TRACE(std::string(stop.client ? "client " : "server ") + stop.name);
      policy::Config client = certified(client_config12());
      policy::Config server = asking(server_config12());
      stop.change(stop.client ? client : server);
      Both both(client, server);
      both.run();
      Side& asked = stop.client ? both.client : both.server;
      ASSERT_EQ(asked.last.result.error, stop.error) << both.trouble();
      const Answer answer = refuse ? Answer(handshake::Refuse{AlertDescription::access_denied})
                                   : Answer(handshake::GoOn{});
      both.step(asked, {}, Call::do_handshake, {}, &answer);
      both.run();
      EXPECT_EQ(both.complete(), !refuse) << both.trouble();
      if (refuse) {
        EXPECT_EQ(alert_of(*asked.failure()), AlertDescription::access_denied);
      }
    }
  }
}

TEST(Questions12, AskForSignaturesOfRemoteKeys) {
  for (const auto version : {ProtocolVersion::tls_1_2, ProtocolVersion::tls_1_1}) {
    for (const auto type : {crypto::KeyType::ec_p256, crypto::KeyType::rsa}) {
      policy::Config client = certified(client_config12(version), type);
      policy::Config server = asking(server_config12(type, version));
      for (auto* config : {&client, &server}) {
        auto& key = config->identities[0].key;
        key = crypto::PrivateKey::remote(
            crypto::public_key_of(config->identities[0].chain.front()).value());
      }
      Both both(client, server);
      int signatures = 0;
      both.run();
      for (int i = 0; i < 4; ++i) {
        for (Side* side : {&both.server, &both.client}) {
          const auto question = connection::question_of(side->stepped.connection);
          if (!question) continue;
          const auto& wanted = std::get<handshake::SignatureRequest>(*question);
          crypto::Random random(crypto::Entropy{});
          const auto made = version == ProtocolVersion::tls_1_2
                                ? crypto::sign12(wanted.scheme, identity(type).key, wanted.content,
                                                 crypto::Nonces::libcrypto, random)
                                : crypto::sign_before12(identity(type).key, wanted.content,
                                                        crypto::Nonces::libcrypto, random);
          const Answer answer = handshake::Signature{made.value()};
          both.step(*side, {}, Call::do_handshake, {}, &answer);
          ++signatures;
          both.run();
        }
      }
      ASSERT_TRUE(both.complete()) << both.trouble();
      EXPECT_EQ(signatures, 2);
      both.exchange();
    }
  }
}

TEST(Granularity12, StepsMessageByMessageAndRecordByRecord) {
  for (const auto granularity : {policy::Granularity::message, policy::Granularity::record}) {
    policy::Config client = certified(client_config12());
    policy::Config server = asking(server_config12());
    client.granularity = server.granularity = granularity;
    Both both(client, server);
    std::size_t steps = 0;
    for (int i = 0; i < 60 && !both.complete(); ++i) {
      for (auto [side, other] :
           {std::pair{&both.client, &both.server}, {&both.server, &both.client}}) {
        both.step(*side, other->take_output());
        steps += side->last.result.error == SslError::want_step ? 1 : 0;
        std::size_t messages = 0;
        for (const auto& event : side->last.result.events) {
          messages += event.content_type == wire::ContentType::handshake ? 1 : 0;
        }
        EXPECT_LE(messages, granularity == policy::Granularity::message ? 1U : 8U);
      }
    }
    ASSERT_TRUE(both.complete()) << both.trouble();
    EXPECT_GE(steps, 15U);
    both.exchange();
  }
}

// RFC 6066 4, RFC 8449 4: no record above the limit goes either way.
TEST(Limits12, BoundEveryRecordThatIsSent) {
  for (const bool tls13 : {false, true}) {
    for (const bool size_limit : {false, true}) {
      policy::Config client = tls13 ? client_config() : client_config12();
      policy::Config server = tls13 ? server_config() : server_config12();
      if (size_limit) {
        client.record_size_limit = std::uint16_t{512};
        server.record_size_limit = std::uint16_t{1'000};
      } else {
        client.max_fragment_length = std::uint8_t{1};
      }
      Both both(client, server);
      both.run();
      ASSERT_TRUE(both.complete()) << both.trouble();
      EXPECT_EQ(both.server.facts().record_size_limit,
                size_limit ? std::optional<std::uint16_t>(512) : std::nullopt);
      EXPECT_EQ(both.client.facts().max_fragment_length,
                size_limit ? std::nullopt : std::optional<std::uint16_t>(512));
      const std::size_t overhead = 30;
      const Bytes data(5'000, 3);
      for (auto [from, to, limit] : {std::tuple{&both.server, &both.client, 512U},
                                     {&both.client, &both.server, size_limit ? 1'000U : 512U}}) {
        both.step(*from, {}, Call::write, data);
        const Bytes sent = from->take_output();
        std::size_t records = 0;
        for (BytesView rest = sent; !rest.empty(); ++records) {
          const std::size_t size = record::record_size(rest);
          EXPECT_LE(size, limit + overhead);
          rest = rest.subspan(size);
        }
        EXPECT_GE(records, 5'000 / limit);
        Bytes received;
        both.step(*to, sent, Call::read);
        while (to->last.result.return_value > 0) {
          append(received, to->last.result.data);
          both.step(*to, {}, Call::read);
        }
        EXPECT_EQ(received, data) << both.trouble();
      }
    }
  }
}

TEST(Staples, GoToAClientThatAsksForThem) {
  for (const bool tls13 : {false, true}) {
    for (const auto suite : {CipherSuite::tls_ecdhe_rsa_with_aes_128_gcm_sha256,
                             CipherSuite::tls_rsa_with_aes_128_gcm_sha256}) {
      for (const bool asks : {false, true}) {
        policy::Config client = tls13 ? client_config() : client_config12();
        policy::Config server =
            tls13 ? server_config(crypto::KeyType::rsa) : server_config12(crypto::KeyType::rsa);
        if (!tls13) client.cipher_suites = server.cipher_suites = {suite};
        client.request_ocsp = client.request_timestamps = asks;
        server.identities[0].ocsp_response = Bytes(50, 1);
        server.identities[0].timestamps = {Bytes(20, 2), Bytes(30, 3)};
        Both both(client, server);
        both.run();
        ASSERT_TRUE(both.complete()) << both.trouble();
        EXPECT_EQ(both.client.facts().ocsp_response,
                  asks ? std::optional<Bytes>(Bytes(50, 1)) : std::nullopt);
        EXPECT_EQ(both.client.facts().timestamps.size(), asks ? 2U : 0U);
      }
    }
  }
}

TEST(RawPublicKeys, StandForCertificatesInEitherVersion) {
  const auto key_of = [](crypto::KeyType type) {
    return crypto::to_public_key_info(crypto::public_key_of(identity(type).chain.front()).value());
  };
  for (const bool tls13 : {false, true}) {
    for (const bool trusted : {true, false}) {
      policy::Config client =
          certified(tls13 ? client_config() : client_config12(), crypto::KeyType::ed25519);
      policy::Config server = asking(tls13 ? server_config() : server_config12());
      for (auto* config : {&client, &server}) {
        config->server_certificate_types = {wire::CertificateType::raw_public_key};
        config->client_certificate_types = {wire::CertificateType::raw_public_key,
                                            wire::CertificateType::x509};
        config->trust = {};
      }
      if (trusted) client.trusted_keys = {key_of(crypto::KeyType::ec_p256)};
      server.trusted_keys = {key_of(crypto::KeyType::ed25519)};
      Both both(client, server);
      both.run();
      ASSERT_EQ(both.complete(), trusted) << both.trouble();
      if (!trusted) {
        EXPECT_EQ(alert_of(*both.client.failure()), AlertDescription::bad_certificate);
        continue;
      }
      EXPECT_EQ(both.client.facts().peer_certificates, client.trusted_keys);
      EXPECT_EQ(both.server.facts().peer_certificates, server.trusted_keys);
      EXPECT_EQ(both.client.facts().server_certificate_type, wire::CertificateType::raw_public_key);
      both.exchange();
    }
  }
}

TEST(Srtp, ProfileIsTheServersFirstThatTheClientHas) {
  for (const bool tls13 : {false, true}) {
    policy::Config client = tls13 ? client_config() : client_config12();
    policy::Config server = tls13 ? server_config() : server_config12();
    client.srtp_profiles = {1, 7};
    server.srtp_profiles = {8, 7, 1};
    Both both(client, server);
    both.run();
    ASSERT_TRUE(both.complete()) << both.trouble();
    EXPECT_EQ(both.client.facts().srtp_profile, std::uint16_t{7});
    EXPECT_EQ(both.server.facts().srtp_profile, std::uint16_t{7});
  }
}

// NSS's key log format: one line for the master secret.
TEST(KeyLog12, HasTheMasterSecret) {
  policy::Config client = client_config12();
  policy::Config server = server_config12();
  client.key_log = server.key_log = true;
  Both both(client, server);
  std::vector<std::string> ours;
  std::vector<std::string> theirs;
  both.step(both.client, {});
  for (int i = 0; i < 5; ++i) {
    both.step(both.server, both.client.take_output());
    for (const auto& line : both.server.last.result.key_log) theirs.push_back(line);
    both.step(both.client, both.server.take_output());
    for (const auto& line : both.client.last.result.key_log) ours.push_back(line);
  }
  ASSERT_TRUE(both.complete());
  ASSERT_EQ(ours.size(), 1U);
  EXPECT_EQ(ours, theirs);
  EXPECT_EQ(ours[0].find("CLIENT_RANDOM " + to_hex(both.client.facts().client_random) + " "), 0U);
  EXPECT_EQ(ours[0].size(), 14 + 64 + 1 + 96U);
}

// SSL_renegotiate(3): a client sends its hello, a server asks for one.
TEST(Renegotiation, IsBegunByACall) {
  for (const bool by_client : {false, true}) {
    Both both(renegotiating(client_config12()), renegotiating(server_config12()));
    both.run();
    ASSERT_TRUE(both.complete()) << both.trouble();
    const auto random = both.client.facts().client_random;
    Side& starter = by_client ? both.client : both.server;
    both.step(starter, {}, Call::renegotiate);
    EXPECT_EQ(starter.last.result.return_value, 1);
    both.step(both.client, both.server.take_output(), Call::read);
    both.run(Call::read);
    ASSERT_TRUE(both.complete()) << both.trouble();
    EXPECT_NE(both.client.facts().client_random, random);
    both.exchange();
  }
  Both refused(client_config12(), renegotiating(server_config12()));
  refused.run();
  refused.step(refused.client, {}, Call::renegotiate);
  EXPECT_EQ(refused.client.last.result.return_value, 0);
  EXPECT_EQ(refused.client.last.result.errors.at(0).reason, "no renegotiation");
  refused.exchange();
  Both newer(client_config(), server_config());
  newer.run();
  newer.step(newer.server, {}, Call::renegotiate);
  EXPECT_EQ(newer.server.last.result.return_value, 0);
  EXPECT_EQ(newer.server.last.result.errors.at(0).reason, "wrong ssl version");
}

// RFC 7918 5.1, 5.2: with its Finished out a client may write, in suites that are fit for it; what it has not seen it still waits for.
TEST(FalseStart, LetsAClientWriteBeforeTheServersFinished) {
  using enum CipherSuite;
  policy::Psk psk;
  psk.identity = Bytes{'i'};
  psk.key = Secret(Bytes(32, 5));
  for (const auto suite :
       {tls_ecdhe_ecdsa_with_aes_128_gcm_sha256, tls_ecdhe_ecdsa_with_aes_128_cbc_sha,
        tls_ecdhe_psk_with_aes_128_gcm_sha256, tls_psk_with_aes_128_gcm_sha256}) {
    for (const bool allowed : {false, true}) {
      policy::Config client = client_config12();
      policy::Config server = server_config12();
      client.cipher_suites = server.cipher_suites = {suite};
      client.psks = server.psks = {psk};
      client.false_start = allowed;
      Both both(client, server);
      both.step(both.client, {});
      both.step(both.server, both.client.take_output());
      both.step(both.client, both.server.take_output());
      const bool starts = allowed && suite == tls_ecdhe_ecdsa_with_aes_128_gcm_sha256;
      EXPECT_EQ(both.client.last.result.return_value, starts ? 1 : -1);
      EXPECT_FALSE(both.client.complete());
      const Bytes data(50, 4);
      both.step(both.client, {}, Call::write, data);
      EXPECT_EQ(both.client.last.result.return_value, starts ? 50 : -1);
      both.step(both.server, both.client.take_output());
      both.step(both.client, both.server.take_output());
      ASSERT_TRUE(both.complete()) << both.trouble();
      if (starts) {
        both.step(both.server, {}, Call::read);
        EXPECT_EQ(both.server.last.result.data, data);
      }
      both.exchange();
    }
  }
}

// KeyUpdate and authentication after the handshake are TLS 1.3's.
TEST(PostHandshake12, HasNeitherKeyUpdateNorAuthentication) {
  Both both(client_config12(), server_config12());
  both.run();
  ASSERT_TRUE(both.complete());
  for (const auto call : {Call::key_update, Call::verify_client_post_handshake}) {
    both.step(both.server, {}, call);
    EXPECT_EQ(both.server.last.result.return_value, 0);
    ASSERT_EQ(both.server.last.result.errors.size(), 1U);
    EXPECT_EQ(both.server.last.result.errors[0].reason, "wrong ssl version");
  }
  both.exchange();
}

// RFC 7568, RFC 8996: only where they are asked for.
TEST(OldVersions, AreThereForWhoeverAsksForThem) {
  for (const auto version : {ProtocolVersion::tls_1_0, ProtocolVersion::tls_1_1}) {
    for (const auto type : {crypto::KeyType::ec_p256, crypto::KeyType::rsa}) {
      Both both(certified(client_config12(version), type),
                asking(sealing_server(server_config12(type, version))));
      both.run();
      ASSERT_TRUE(both.complete()) << both.trouble();
      EXPECT_EQ(both.client.facts().version, version);
      EXPECT_EQ(both.server.facts().peer_certificates.size(), 1U);
      both.exchange();
      policy::Config returning = both.client.config;
      returning.psks = both.client.session().tickets;
      Both again(returning, both.server.config, 9);
      again.run();
      ASSERT_TRUE(again.complete()) << again.trouble();
      EXPECT_TRUE(again.resumed());
      again.exchange();
    }
    Both refused(client_config12(version), server_config_of_all_versions());
    refused.run();
    EXPECT_EQ(alert_of(*refused.server.failure()), AlertDescription::protocol_version);
    Both refuses(client_config_of_all_versions(),
                 server_config12(crypto::KeyType::ec_p256, version));
    refuses.run();
    EXPECT_EQ(alert_of(*refuses.server.failure()), AlertDescription::protocol_version);
  }
}

}  // namespace
}  // namespace stepshake::testing
