// What we send ourselves, field by field (RFC 8446 4.1.2, 4.1.3, 4.1.4, 4.2, 4.3, 4.4, 5.1).
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "support/stations.h"
#include "talk.h"
#include "wire/certificate.h"

namespace stepshake::testing {
namespace {

using enum wire::ExtensionType;
using wire::ContentType;
using wire::ExtensionType;
using wire::HandshakeType;
using wire::NamedGroup;

std::set<ExtensionType> types_of(const wire::RawExtensions& extensions) {
  std::set<ExtensionType> types;
  for (const auto& each : extensions) types.insert(each.type);
  return types;
}

TEST(OwnClientHello, IsTheFirstThatAClientSays) {
  const Victim client(client_config(), 1);
  const auto records = records_in(client.session.output);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records.front()[0], 22);
  EXPECT_EQ(records.front()[record::kHeaderSize], wire::number_of(HandshakeType::client_hello));
}

TEST(OwnClientHello, HasTheLegacyFields) {
  policy::Config config = client_config();
  auto hello = decoded_hello(first_hello(config));
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_EQ(hello.legacy_compression_methods, Bytes{0});
  EXPECT_EQ(hello.legacy_session_id.size(), 32U);
  config.middlebox_compatibility = false;
  hello = decoded_hello(first_hello(config));
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_EQ(hello.legacy_compression_methods, Bytes{0});
  EXPECT_TRUE(hello.legacy_session_id.empty());
}

TEST(OwnClientHello, HasRandomsAndSharesOfItsOwn) {
  const auto one = decoded_hello(first_hello(client_config(), 1));
  const auto other = decoded_hello(first_hello(client_config(), 2));
  EXPECT_NE(one.random, other.random);
  EXPECT_NE(one.legacy_session_id, other.legacy_session_id);
  EXPECT_NE(one.extensions.key_share->front().key_exchange,
            other.extensions.key_share->front().key_exchange);
  // RFC 8446 4.2.8: the shares of one hello are generated independently.
  policy::Config config = client_config();
  config.groups = config.key_share_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  const Victim client(config, 1);
  const auto& shares = std::get<handshake::WaitServerHello>(client.session.state).shares;
  ASSERT_EQ(shares.size(), 2U);
  EXPECT_FALSE(same(shares[0].private_key.view(), shares[1].private_key.view()));
}

TEST(OwnClientHello, HasWhatAFullHandshakeNeeds) {
  const policy::Config config = client_config();
  const auto hello = decoded_hello(first_hello(config));
  const auto& extensions = hello.extensions;
  EXPECT_EQ(hello.cipher_suites, config.cipher_suites);
  EXPECT_EQ(extensions.supported_versions,
            std::vector<wire::ProtocolVersion>{wire::ProtocolVersion::tls_1_3});
  EXPECT_EQ(extensions.supported_groups, config.groups);
  EXPECT_EQ(extensions.signature_algorithms, config.signature_schemes);
  EXPECT_EQ(extensions.signature_algorithms_cert, config.certificate_signature_schemes);
  EXPECT_EQ(extensions.server_name, kHost);
  EXPECT_TRUE(extensions.psk_key_exchange_modes);
  EXPECT_TRUE(wire::check_places(hello.extension_types, wire::Place::client_hello).ok());
}

// RFC 8446 4.2.2, 4.2.10, D.5: no cookie in a first hello, no 0-RTT or PSK of itself, no truncated HMAC (4).
TEST(OwnClientHello, HasNothingThatDoesNotBelongThere) {
  const auto types = decoded_hello(first_hello(client_config())).extension_types;
  for (auto type :
       {cookie, pre_shared_key, early_data, post_handshake_auth, oid_filters, ExtensionType{4}}) {
    EXPECT_EQ(std::count(types.begin(), types.end(), type), 0) << wire::shown(type);
  }
}

// RFC 8446 4.2.8: shares for groups in supported_groups, in their order, one for each.
TEST(OwnClientHello, HasItsSharesInTheOrderOfItsGroups) {
  policy::Config config = client_config();
  config.groups = {NamedGroup::secp384r1, NamedGroup::x25519, NamedGroup::x448,
                   NamedGroup::secp256r1};
  config.key_share_groups = {NamedGroup::x25519, NamedGroup::secp256r1};
  const auto hello = decoded_hello(first_hello(config));
  ASSERT_EQ(hello.extensions.key_share->size(), 2U);
  EXPECT_EQ((*hello.extensions.key_share)[0].group, NamedGroup::x25519);
  EXPECT_EQ((*hello.extensions.key_share)[1].group, NamedGroup::secp256r1);
  EXPECT_EQ((*hello.extensions.key_share)[0].key_exchange.size(), 32U);
  EXPECT_EQ((*hello.extensions.key_share)[1].key_exchange.size(), 65U);
}

TEST(OwnServerHello, HasTheLegacyFieldsAndWhatKeysNeed) {
  Talk talk(client_config(), server_config());
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  const auto offered = decoded_hello(talk.message(kClient, HandshakeType::client_hello));
  const auto hello = server_hello_of(talk.message(kServer, HandshakeType::server_hello));
  EXPECT_EQ(hello.legacy_version, 0x0303);
  EXPECT_EQ(hello.legacy_session_id_echo, offered.legacy_session_id);
  EXPECT_EQ(hello.legacy_compression_method, 0);
  EXPECT_NE(
      std::find(offered.cipher_suites.begin(), offered.cipher_suites.end(), hello.cipher_suite),
      offered.cipher_suites.end());
  EXPECT_EQ(types_of(hello.extensions), (std::set{supported_versions, key_share}));
  const auto extensions = wire::decode_server_hello_extensions(hello).value();
  EXPECT_EQ(extensions.supported_versions, wire::ProtocolVersion::tls_1_3);
  EXPECT_EQ(extensions.key_share->group, offered.extensions.key_share->front().group);
}

// RFC 8446 4.1.3: fresh, not the client's, and without the mark of a downgrade.
TEST(OwnServerHello, HasARandomOfItsOwn) {
  std::set<wire::Random> seen;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    Talk talk(client_config(), server_config(), seed);
    talk.run();
    seen.insert(decoded_hello(talk.message(kClient, HandshakeType::client_hello)).random);
    const auto hello = server_hello_of(talk.message(kServer, HandshakeType::server_hello));
    seen.insert(hello.random);
    EXPECT_NE(text_of(BytesView(hello.random).last(8).first(7)), "DOWNGRD");
  }
  EXPECT_EQ(seen.size(), 6U);
}

TEST(OwnRetry, HasTheLegacyFieldsAndOnlyWhatAHelloNeeds) {
  for (const bool stateless : {false, true}) {
    policy::Config config = ticket_server();
    config.groups = {NamedGroup::secp384r1};
    config.stateless_retry = stateless;
    Talk talk(client_config(), config);
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    const auto offered = decoded_hello(talk.message(kClient, HandshakeType::client_hello));
    const auto retry = server_hello_of(talk.messages(kServer)[0]);
    const auto hello = server_hello_of(talk.messages(kServer)[1]);
    ASSERT_TRUE(wire::is_hello_retry_request(retry));
    EXPECT_EQ(retry.legacy_version, 0x0303);
    EXPECT_EQ(retry.legacy_session_id_echo, offered.legacy_session_id);
    EXPECT_EQ(retry.legacy_compression_method, 0);
    EXPECT_EQ(retry.cipher_suite, hello.cipher_suite);
    EXPECT_EQ(data_of(retry.extensions, supported_versions), hex("0304"));
    EXPECT_EQ(data_of(retry.extensions, key_share), hex("0018"));
    auto expected = std::set{supported_versions, key_share};
    if (stateless) expected.insert(cookie);
    EXPECT_EQ(types_of(retry.extensions), expected);
  }
}

TEST(OwnFlight, StandsInTheRfcsOrder) {
  using enum HandshakeType;
  for (const bool asked : {false, true}) {
    policy::Config ours = client_config();
    ours.identities = {identity(crypto::KeyType::ec_p256)};
    policy::Config theirs = server_config();
    theirs.trust = test_trust();
    if (asked) theirs.client_authentication = policy::ClientAuthentication::require;
    Talk talk(ours, theirs);
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    const std::vector server_types = {server_hello, encrypted_extensions, certificate,
                                      certificate_verify, finished};
    const std::vector server_asks = {server_hello, encrypted_extensions, certificate_request,
                                     certificate,  certificate_verify,   finished};
    EXPECT_EQ(talk.types(kServer), asked ? server_asks : server_types);
    const std::vector client_answers = {client_hello, certificate, certificate_verify, finished};
    EXPECT_EQ(talk.types(kClient), asked ? client_answers : (std::vector{client_hello, finished}));
  }
}

// RFC 8446 4.4.2: without a certificate an empty list goes, and a Finished all the same.
TEST(OwnFlight, WithoutACertificateIsAnEmptyListAndFinished) {
  using enum HandshakeType;
  policy::Config theirs = server_config();
  theirs.client_authentication = policy::ClientAuthentication::request;
  Talk talk(client_config(), theirs);
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  EXPECT_EQ(talk.types(kClient), (std::vector{client_hello, certificate, finished}));
  EXPECT_EQ(talk.message(kClient, certificate), wire::frame(certificate, hex("00 000000")));
}

// RFC 8446 4.3.2: no context in the handshake, signature_algorithms always.
TEST(OwnCertificateRequest, HasNoContextAndTheSchemes) {
  policy::Config theirs = server_config();
  theirs.client_authentication = policy::ClientAuthentication::request;
  Talk talk(client_config(), theirs);
  talk.run();
  const auto request = wire::decode_certificate_request(
      wire::unframe(talk.message(kServer, HandshakeType::certificate_request)).body);
  ASSERT_TRUE(request.ok());
  EXPECT_TRUE(request->certificate_request_context.empty());
  EXPECT_EQ(request->signature_algorithms, theirs.signature_schemes);
}

// RFC 8446 4.2, 4.2.6, 4.2.9, 4.4.2.1: only what was asked for is answered, and never post_handshake_auth,
// psk_key_exchange_modes or status_request_v2 (17).
TEST(OwnFlight, AnswersNothingThatNeedsNoAnswer) {
  const Station& here = station("server WaitClientHello");
  for (const bool asks : {false, true}) {
    auto hello = client_hello_of(here.message);
    auto& extensions = hello.extensions.others;
    std::erase_if(extensions, [](const auto& each) {
      return each.type == server_name || each.type == application_layer_protocol_negotiation ||
             each.type == psk_key_exchange_modes;
    });
    if (asks) {
      put(extensions, psk_key_exchange_modes, hex("01 01"));
      put(extensions, post_handshake_auth, {});
      put(extensions, status_request, hex("01 0000 0000"));
      put(extensions, ExtensionType{17}, hex("0007 02 0004 0000 0000"));
      put(extensions, ExtensionType{4}, {});
      put(extensions, signed_certificate_timestamp, {});
      put(extensions, record_size_limit, hex("4001"));
    }
    Victim server = here.victim;
    ASSERT_TRUE(server.feed(Peer(server).handshake(framed(hello))));
    const auto& state = std::get<handshake::server13::WaitFinished>(server.session.state);
    const auto suite = crypto::facts_of(state.keys.cipher_suite).value();
    auto keys = schedule::traffic_keys(state.keys.traffic.server, suite);
    record::Protection opening{state.keys.cipher_suite, std::move(keys.key), std::move(keys.iv), 0};
    std::vector<Bytes> messages;
    for (const auto& record : records_in(server.take_output())) {
      if (record[0] != 23) continue;
      messages.push_back(opening
                             .open({ContentType::application_data, 0x0303,
                                    Bytes(record.begin() + 5, record.end())})
                             ->content);
    }
    ASSERT_EQ(messages.size(), 4U);
    EXPECT_EQ(messages[0], wire::frame(HandshakeType::encrypted_extensions, hex("0000")));
    const auto certificate = wire::decode_certificate(wire::unframe(messages[1]).body);
    ASSERT_FALSE(certificate->certificate_list.empty());
    for (const auto& entry : certificate->certificate_list) {
      EXPECT_TRUE(entry.extensions.empty());
    }
  }
}

// RFC 8446 5, 5.1, D.5: known types, never empty, 0x0303 but for a first hello; messages end with their records.
TEST(OwnRecords, KeepTheRulesOfTheRecordLayer) {
  policy::Config ours = client_config();
  policy::Config theirs = ticket_server();
  theirs.groups = {NamedGroup::secp256r1};
  Talk talk(ours, theirs);
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  session::send(talk.client.session, *talk.client.config, inputs_of(3), Bytes(40'000, 7));
  session::update_keys(talk.client.session, *talk.client.config, inputs_of(4), true);
  session::close(talk.client.session, *talk.client.config);
  talk.run();
  ASSERT_GT(talk.said.size(), 10U);
  bool first = true;
  for (const auto& each : talk.said) {
    EXPECT_EQ(each.version, std::exchange(first, false) ? 0x0301 : 0x0303);
    EXPECT_TRUE(each.outer == 20 || each.outer == 22 || each.outer == 23) << int{each.outer};
    EXPECT_EQ(each.outer == 23, each.sealed) << "application_data is under keys";
    EXPECT_FALSE(each.content.empty());
    EXPECT_LE(each.content.size(), 16'384U);
    if (each.type == ContentType::handshake) {
      EXPECT_EQ(wire::unframe(each.content).whole.size(), each.content.size());
    }
    if (each.type == ContentType::alert) {
      EXPECT_EQ(each.content.size(), 2U);
    }
  }
}

// RFC 8446 4.4.4: what a server sends behind its Finished, alerts too, goes under its application keys.
TEST(OwnFlight, IsFollowedByApplicationKeys) {
  Victim server = station("server WaitCertificate").victim;
  const auto& state = std::get<handshake::server13::WaitCertificate>(server.session.state);
  const auto keys = schedule::traffic_keys(state.application.traffic.server,
                                           *crypto::facts_of(state.keys.cipher_suite));
  EXPECT_TRUE(same(server.session.write.key.view(), keys.key.view()));
  EXPECT_TRUE(same(server.session.write.iv.view(), keys.iv.view()));
  EXPECT_EQ(server.session.write.sequence_number, 0U);
  // `refuses` opens the alert with these.
  EXPECT_TRUE(refuses(server, Peer(server).handshake(wire::frame(HandshakeType::certificate, {})),
                      AlertDescription::decode_error));
}

}  // namespace
}  // namespace stepshake::testing
