// Pre-shared keys: what a client offers and refuses, what a server chooses (RFC 8446 4.2.9, 4.2.11, 4.6.1, E.1).
#include <gtest/gtest.h>

#include <functional>

#include "talk.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using enum wire::ExtensionType;
using policy::PskOrigin;
using wire::CipherSuite;
using wire::HandshakeType;
using wire::PskKeyExchangeMode;

constexpr auto kKe = PskKeyExchangeMode::psk_ke;
constexpr auto kDheKe = PskKeyExchangeMode::psk_dhe_ke;

policy::Psk external(crypto::HashAlgorithm hash) {
  policy::Psk psk;
  psk.identity = to_bytes(view_of("name"));
  psk.key = Secret(view_of("a shared secret"));
  psk.hash = hash;
  return psk;
}

bool offers_psk(const policy::Config& config) {
  return decoded_hello(first_hello(config)).extensions.pre_shared_key.has_value();
}

TEST(PskOffer, StandsLastAndComesWithItsModes) {
  const auto hello = decoded_hello(first_hello(returning_client(ticket_server(100))));
  ASSERT_TRUE(hello.extensions.pre_shared_key);
  EXPECT_EQ(hello.extension_types.back(), pre_shared_key);
  EXPECT_EQ(hello.extensions.psk_key_exchange_modes, std::vector{kDheKe});
  EXPECT_TRUE(hello.extensions.key_share);
  const auto& offer = *hello.extensions.pre_shared_key;
  EXPECT_EQ(offer.identities.size(), 2U);
  EXPECT_EQ(offer.binders.size(), 2U);
  // RFC 8446 E.5: 0-RTT is for a caller to ask for, whatever the ticket allows.
  EXPECT_FALSE(hello.extensions.early_data);
}

// RFC 8446 4.2.11.1: milliseconds, age_add added, modulo 2^32.
TEST(PskOffer, TellsTheTicketsAgeObfuscated) {
  policy::Config config = returning_client(ticket_server());
  config.psks[0].issued_at = kNow - 5;
  config.psks[0].age_add = 0xffffffff;
  config.psks[1].issued_at = kNow;
  config.psks[1].age_add = 77;
  const auto hello = decoded_hello(first_hello(config));
  const auto& identities = hello.extensions.pre_shared_key->identities;
  EXPECT_EQ(identities[0].obfuscated_ticket_age, 4'999U);
  EXPECT_EQ(identities[1].obfuscated_ticket_age, 77U);
}

// RFC 8446 4.2.11.1, 4.6.1: no older than its lifetime, and never older than 7 days.
TEST(PskOffer, LeavesOutTicketsThatAreTooOld) {
  policy::Config config = returning_client(ticket_server());
  config.psks.resize(1);
  struct Row {
    std::uint32_t lifetime;
    std::int64_t age;
    bool offered;
  };
  for (const Row& row : {Row{7'200, 7'200, true}, Row{7'200, 7'201, false}, Row{1, 2, false},
                         Row{604'800, 604'800, true}, Row{0xffffffff, 604'800, true},
                         Row{0xffffffff, 604'801, false}}) {
    config.psks[0].lifetime = row.lifetime;
    config.psks[0].issued_at = kNow - row.age;
    EXPECT_EQ(offers_psk(config), row.offered) << row.lifetime << " " << row.age;
  }
}

// RFC 8446 4.6.1: the name that the first session's certificate was good for; the hash that the ticket is for.
TEST(PskOffer, LeavesOutTicketsOfAnotherNameOrHash) {
  policy::Config config = returning_client(ticket_server());
  EXPECT_TRUE(offers_psk(config));
  policy::Config renamed = config;
  renamed.server_name = "localhost";
  EXPECT_FALSE(offers_psk(renamed));
  ASSERT_EQ(config.psks[0].hash, crypto::HashAlgorithm::sha384);
  config.cipher_suites = {CipherSuite::tls_aes_128_gcm_sha256};
  EXPECT_FALSE(offers_psk(config));
  config.cipher_suites.push_back(CipherSuite::tls_aes_256_gcm_sha384);
  EXPECT_TRUE(offers_psk(config));
}

// RFC 8446 4.2.11: without a hash of its own a key is for SHA-256.
TEST(PskOffer, IsForSha256WhereNothingElseIsSaid) {
  EXPECT_EQ(policy::Psk().hash, crypto::HashAlgorithm::sha256);
}

// A client that has offered its tickets, and the ServerHello that takes the first.
struct OfferTaken {
  Victim client;
  wire::ServerHello hello;

  explicit OfferTaken(const policy::Config& config) : client(config, 2) {
    Victim server(ticket_server(100), 3);
    const auto records = records_in(client.take_output());
    if (!server.feed(records.front())) std::abort();
    hello = server_hello_of(
        BytesView(records_in(server.session.output).front()).subspan(record::kHeaderSize));
    if (wire::find(hello.extensions, pre_shared_key) == nullptr) std::abort();
  }
  [[nodiscard]] ::testing::AssertionResult refuses_it(AlertDescription alert) const {
    return refuses(client, Peer(client).handshake(framed(hello)), alert);
  }
};

TEST(PskAnswer, OfAnIdentityThatWasNotOfferedIsRefused) {
  OfferTaken answered(returning_client(ticket_server()));
  ASSERT_TRUE(takes(answered.client, Peer(answered.client).handshake(framed(answered.hello))));
  for (const char* index : {"0002", "0003", "ffff"}) {
    put(answered.hello.extensions, pre_shared_key, hex(index));
    EXPECT_TRUE(answered.refuses_it(illegal_parameter)) << index;
  }
}

TEST(PskAnswer, WithASuiteOfAnotherHashIsRefused) {
  OfferTaken answered(returning_client(ticket_server()));
  answered.hello.cipher_suite = CipherSuite::tls_aes_128_gcm_sha256;
  EXPECT_TRUE(answered.refuses_it(illegal_parameter));
}

// RFC 8446 4.2.9, 4.2.11: key_share where psk_dhe_ke alone was offered, none where psk_ke was.
TEST(PskAnswer, InAModeThatWasNotOfferedIsRefused) {
  const policy::Config config = returning_client(ticket_server());
  OfferTaken without(config);
  drop(without.hello.extensions, key_share);
  EXPECT_TRUE(without.refuses_it(illegal_parameter));
  OfferTaken with(config);
  policy::Config only_ke = config;
  only_ke.psk_modes = {kKe};
  with.client.config = std::make_shared<const policy::Config>(only_ke);
  EXPECT_TRUE(with.refuses_it(illegal_parameter));
}

// RFC 8446 4.4.2, E.1: a PSK authenticates alone, without Certificate and without CertificateRequest.
TEST(PskAnswer, IsNotFollowedByCertificates) {
  OfferTaken answered(returning_client(ticket_server()));
  Victim& client = answered.client;
  ASSERT_TRUE(client.feed(Peer(client).handshake(framed(answered.hello))));
  ASSERT_TRUE(client.feed(
      Peer(client).handshake(wire::frame(HandshakeType::encrypted_extensions, hex("0000")))));
  for (auto type : {HandshakeType::certificate, HandshakeType::certificate_request,
                    HandshakeType::certificate_verify}) {
    EXPECT_TRUE(refuses(client, Peer(client).handshake(wire::frame(type, {})), unexpected_message));
  }
}

// RFC 8446 4.2.11: 0-RTT data was for the first PSK.
TEST(PskAnswer, WithEarlyDataForAnotherThanTheFirstIsRefused) {
  const policy::Config config = returning_client(ticket_server(100));
  for (const bool first : {true, false}) {
    Talk talk(config, ticket_server(100));
    talk.announce(view_of("early"));
    Victim& client = talk.client;
    ASSERT_TRUE(talk.server.feed(records_in(client.take_output()).front()));
    auto hello = server_hello_of(
        BytesView(records_in(talk.server.session.output).front()).subspan(record::kHeaderSize));
    if (!first) put(hello.extensions, pre_shared_key, hex("0001"));
    ASSERT_TRUE(client.feed(Peer(client).handshake(framed(hello))));
    const Bytes accepting = wire::frame(HandshakeType::encrypted_extensions, hex("0004 002a 0000"));
    if (first) {
      EXPECT_TRUE(takes(client, Peer(client).handshake(accepting)));
    } else {
      EXPECT_TRUE(refuses(client, Peer(client).handshake(accepting), illegal_parameter));
    }
  }
}

// RFC 8446 4.1.1, 4.2.8, 4.2.9: a mode that the client lists, with key_share or without it; else no PSK.
TEST(PskChoice, KeepsToTheModesOfTheClient) {
  struct Row {
    std::vector<PskKeyExchangeMode> client, server;
    std::optional<PskKeyExchangeMode> chosen;
  };
  for (const Row& row :
       {Row{{kKe}, {kKe}, kKe}, Row{{kDheKe}, {kDheKe}, kDheKe}, Row{{kKe}, {kDheKe}, {}},
        Row{{kDheKe}, {kKe}, {}}, Row{{kKe, kDheKe}, {kDheKe}, kDheKe},
        Row{{kDheKe, kKe}, {kKe}, kKe}, Row{{kKe}, {kDheKe, kKe}, kKe}}) {
    policy::Config theirs = ticket_server();
    theirs.psk_modes = {kDheKe, kKe};
    policy::Config ours = client_config();
    ours.psk_modes = row.client;
    ours.psks = tickets_of(ours, theirs);
    ASSERT_FALSE(ours.psks.empty());
    theirs.psk_modes = row.server;
    Talk talk(ours, theirs, 5);
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    const auto hello = server_hello_of(talk.message(kServer, HandshakeType::server_hello));
    EXPECT_EQ(wire::find(hello.extensions, pre_shared_key) != nullptr, row.chosen.has_value());
    EXPECT_EQ(wire::find(hello.extensions, key_share) != nullptr, row.chosen != kKe);
    EXPECT_EQ(talk.message(kServer, HandshakeType::certificate).empty(), row.chosen.has_value());
    // RFC 8446 4.2.9: no tickets that the client could not use.
    EXPECT_EQ(talk.message(kServer, HandshakeType::new_session_ticket).empty(),
              !row.chosen.has_value());
  }
}

// RFC 8446 4.2.11, 4.6.1: a PSK and a suite of one hash.
TEST(PskChoice, GoesWithASuiteOfItsHash) {
  using enum CipherSuite;
  for (const bool possible : {true, false}) {
    policy::Config ours = client_config();
    policy::Config theirs = server_config();
    ours.psks = theirs.psks = {external(crypto::HashAlgorithm::sha384)};
    theirs.cipher_suites = {tls_aes_128_gcm_sha256};
    if (possible) theirs.cipher_suites.push_back(tls_aes_256_gcm_sha384);
    Talk talk(ours, theirs);
    talk.run();
    ASSERT_TRUE(talk.complete()) << talk.trouble();
    EXPECT_EQ(talk.server.session.facts.psk.has_value(), possible);
    EXPECT_EQ(talk.server.session.facts.cipher_suite,
              possible ? tls_aes_256_gcm_sha384 : tls_aes_128_gcm_sha256);
  }
}

// RFC 8446 4.3.2, E.1: a server that a PSK authenticates asks for no certificate and sends none.
TEST(PskChoice, SendsNoCertificatesAndAsksForNone) {
  policy::Config theirs = ticket_server();
  const policy::Config ours = returning_client(theirs);
  theirs.client_authentication = policy::ClientAuthentication::request;
  Talk talk(ours, theirs);
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  using enum HandshakeType;
  EXPECT_EQ(talk.types(kServer),
            (std::vector{server_hello, encrypted_extensions, finished, new_session_ticket}));
  EXPECT_EQ(talk.types(kClient), (std::vector{client_hello, finished}));
}

// RFC 8446 4.6.1: the name that is told is that of the resumption's hello.
TEST(PskChoice, TellsTheNameOfThisHello) {
  policy::Config ours = returning_client(ticket_server());
  ours.server_name = "localhost";
  for (auto& psk : ours.psks) psk.server_name = "localhost";
  Talk talk(ours, ticket_server());
  talk.run();
  ASSERT_TRUE(talk.complete()) << talk.trouble();
  EXPECT_EQ(talk.server.session.facts.psk, PskOrigin::resumption);
  EXPECT_EQ(talk.server.session.facts.server_name, "localhost");
}

// The client's hello with its offer changed, and the first binder made anew.
Bytes bound(const policy::Config& config, const std::function<void(wire::OfferedPsks&)>& change) {
  auto hello = client_hello_of(first_hello(config, 2));
  auto& extensions = hello.extensions.others;
  auto offer = wire::decode_offered_psks(data_of(extensions, pre_shared_key)).value();
  change(offer);
  put(extensions, pre_shared_key, wire::encode_offered_psks(offer));
  Bytes truncated = framed(hello);
  truncated.resize(truncated.size() - wire::binders_size(offer));
  const policy::Psk& psk = config.psks.front();
  const auto early = schedule::early_secret(psk.hash, psk.key.view());
  const Secret binder = schedule::finished_verify_data(schedule::binder_key(early, psk.origin),
                                                       crypto::hash(psk.hash, {truncated}));
  offer.binders.front() = to_bytes(binder.view());
  put(extensions, pre_shared_key, wire::encode_offered_psks(offer));
  return record_of(wire::ContentType::handshake, framed(hello));
}

// RFC 8446 4.2.11: servers MUST ignore the age of an external identity.
TEST(ExternalIdentity, HasNoAge) {
  policy::Config ours = client_config();
  ours.psks = {external(crypto::HashAlgorithm::sha256)};
  policy::Config theirs = server_config();
  theirs.psks = ours.psks;
  for (std::uint32_t age : {0U, 1U, 0x12345678U, 0xffffffffU}) {
    Victim server(theirs, 3);
    ASSERT_TRUE(server.feed(
        bound(ours, [&](auto& offer) { offer.identities[0].obfuscated_ticket_age = age; })));
    EXPECT_EQ(server.session.facts.psk, PskOrigin::external);
  }
}

// RFC 8446 4.2.11: no binder, or one that does not verify, ends the handshake.
TEST(Binders, AreOnePerIdentityAndVerified) {
  const policy::Config ours = returning_client(ticket_server());
  const Victim server(ticket_server(), 3);
  EXPECT_TRUE(takes(server, bound(ours, [](auto& /*offer*/) {})));
  EXPECT_TRUE(refuses(server, bound(ours, [](auto& offer) { offer.binders.pop_back(); }),
                      illegal_parameter));
  EXPECT_TRUE(refuses(server, bound(ours, [](auto& o) { o.binders.push_back(o.binders[0]); }),
                      illegal_parameter));
  EXPECT_TRUE(
      refuses(server, bound(ours, [](auto& o) { o.identities.pop_back(); }), illegal_parameter));
  auto hello = client_hello_of(first_hello(ours, 2));
  auto offer = wire::decode_offered_psks(data_of(hello.extensions.others, pre_shared_key)).value();
  for (std::size_t i = 0; i < offer.binders[0].size(); ++i) {
    auto bent = offer;
    bent.binders[0][i] ^= 1;
    put(hello.extensions.others, pre_shared_key, wire::encode_offered_psks(bent));
    EXPECT_TRUE(
        refuses(server, record_of(wire::ContentType::handshake, framed(hello)), decrypt_error));
  }
}

}  // namespace
}  // namespace stepshake::testing
