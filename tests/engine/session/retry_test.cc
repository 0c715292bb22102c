// HelloRetryRequest, and what either side may not do with it (RFC 8446 4.1.2, 4.1.4, 4.2.2, 4.2.8).
#include <gtest/gtest.h>

#include <functional>

#include "support/edit.h"
#include "support/pair.h"
#include "support/stations.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ExtensionType;
using enum wire::ExtensionType;
using wire::NamedGroup;

// The HelloRetryRequest that the honest server sends.
Bytes honest_retry() { return travel({.retry = true}).client.front().message; }

const Station& first() { return station("client WaitServerHello"); }
const Station& second() { return station("client WaitSecondServerHello"); }

struct RetryCase {
  const char* name;
  std::function<void(wire::ServerHello&)> change;
  std::vector<AlertDescription> alerts;
};

std::vector<RetryCase> retry_cases() {
  return {
      // RFC 8446 4.1.4: a retry that would not change the ClientHello.
      {"NoChange", [](auto& hello) { drop(hello.extensions, key_share); }, {illegal_parameter}},
      {"GroupWithAShare",
       [](auto& hello) { put(hello.extensions, key_share, hex("001d")); },
       {illegal_parameter}},
      // RFC 8446 4.2.8: a group that is not in supported_groups.
      {"GroupNotOffered",
       [](auto& hello) { put(hello.extensions, key_share, hex("fafa")); },
       {illegal_parameter}},
      {"GroupCut",
       [](auto& hello) { put(hello.extensions, key_share, hex("00")); },
       {decode_error}},
      {"GroupTrailing",
       [](auto& hello) { put(hello.extensions, key_share, hex("001700")); },
       {decode_error}},
      {"AShareInsteadOfAGroup",
       [](auto& hello) { put(hello.extensions, key_share, hex("0017 0001 00")); },
       {decode_error}},
      // RFC 8446 4.2.2: opaque cookie<1..2^16-1>.
      {"CookieEmpty",
       [](auto& hello) { put(hello.extensions, cookie, hex("0000")); },
       {decode_error}},
      {"CookieTrailing",
       [](auto& hello) { put(hello.extensions, cookie, hex("0001 00 00")); },
       {decode_error}},
      {"VersionTls12",
       [](auto& hello) { put(hello.extensions, supported_versions, hex("0303")); },
       {illegal_parameter}},
      {"NoVersion",
       [](auto& hello) { drop(hello.extensions, supported_versions); },
       {protocol_version, illegal_parameter, missing_extension}},
      {"SuiteNotOffered",
       [](auto& hello) { hello.cipher_suite = wire::CipherSuite::tls_aes_128_ccm_8_sha256; },
       {illegal_parameter}},
      {"LegacyVersion", [](auto& hello) { hello.legacy_version = 0x0302; }, {illegal_parameter}},
      {"SessionIdEcho",
       [](auto& hello) { hello.legacy_session_id_echo[3] ^= 1; },
       {illegal_parameter}},
      {"Compression",
       [](auto& hello) { hello.legacy_compression_method = 1; },
       {illegal_parameter}},
      {"Duplicate",
       [](auto& hello) { hello.extensions.push_back(hello.extensions.front()); },
       {illegal_parameter, decode_error}},
      {"Unsolicited",
       [](auto& hello) { put(hello.extensions, ExtensionType{0xfafa}, {}); },
       {unsupported_extension}},
      {"Misplaced",
       [](auto& hello) { put(hello.extensions, supported_groups, hex("0002 001d")); },
       {illegal_parameter}},
      {"Psk",
       [](auto& hello) { put(hello.extensions, pre_shared_key, hex("0000")); },
       {unsupported_extension, illegal_parameter}},
  };
}

class BadRetry : public ::testing::TestWithParam<RetryCase> {};

TEST_P(BadRetry, IsRefusedByTheClient) {
  auto hello = server_hello_of(honest_retry());
  // The journey's hello is another one than the station's, but for its session id: both come of one seed.
  hello.legacy_session_id_echo = server_hello_of(first().message).legacy_session_id_echo;
  ASSERT_TRUE(takes(first().victim, Peer(first().victim).handshake(framed(hello))));
  GetParam().change(hello);
  EXPECT_TRUE(refuses_with_one_of(first().victim, Peer(first().victim).handshake(framed(hello)),
                                  GetParam().alerts));
}

INSTANTIATE_TEST_SUITE_P(Retry, BadRetry, ::testing::ValuesIn(retry_cases()), NameOfCase());

// RFC 8446 4.1.4: a second HelloRetryRequest is unexpected_message, the same or another.
TEST(RetryToTheClient, ASecondIsUnexpected) {
  auto hello = server_hello_of(honest_retry());
  EXPECT_TRUE(
      refuses(second().victim, Peer(second().victim).handshake(framed(hello)), unexpected_message));
  put(hello.extensions, key_share, hex("0018"));
  put(hello.extensions, cookie, hex("0001 aa"));
  EXPECT_TRUE(
      refuses(second().victim, Peer(second().victim).handshake(framed(hello)), unexpected_message));
}

// RFC 8446 4.1.4: the ServerHello's suite MUST be the HelloRetryRequest's; supported_versions stays.
TEST(RetryToTheClient, TheSuiteMayNotChangeAfterIt) {
  auto hello = server_hello_of(second().message);
  hello.cipher_suite = hello.cipher_suite == wire::CipherSuite::tls_aes_128_gcm_sha256
                           ? wire::CipherSuite::tls_chacha20_poly1305_sha256
                           : wire::CipherSuite::tls_aes_128_gcm_sha256;
  EXPECT_TRUE(
      refuses(second().victim, Peer(second().victim).handshake(framed(hello)), illegal_parameter));
}

TEST(RetryToTheClient, TheVersionMayNotChangeAfterIt) {
  auto hello = server_hello_of(second().message);
  drop(hello.extensions, supported_versions);
  EXPECT_TRUE(refuses_with_one_of(second().victim, Peer(second().victim).handshake(framed(hello)),
                                  {illegal_parameter, protocol_version}));
}

// RFC 8446 4.2.8: after a retry with a group the share MUST be in that group.
TEST(RetryToTheClient, TheShareMustBeInTheGroupThatWasAskedFor) {
  auto hello = server_hello_of(second().message);
  put(hello.extensions, key_share, data_of(server_hello_of(first().message).extensions, key_share));
  EXPECT_TRUE(
      refuses(second().victim, Peer(second().victim).handshake(framed(hello)), illegal_parameter));
}

// RFC 8446 6.2: HelloRetryRequest has chosen TLS 1.3, where no alert is a mere warning.
TEST(RetryToTheClient, AWarningAfterItIsFatal) {
  Victim victim = second().victim;
  EXPECT_FALSE(victim.feed(record_of(wire::ContentType::alert, Bytes{1, 40})));
}

wire::ClientHello answer_to(const wire::ServerHello& retry) {
  Victim client = first().victim;
  if (!client.feed(Peer(client).handshake(framed(retry)))) std::abort();
  for (const auto& record : records_in(client.take_output())) {
    if (record[0] == wire::number_of(wire::ContentType::handshake)) {
      return client_hello_of(BytesView(record).subspan(record::kHeaderSize));
    }
  }
  std::abort();
}

// RFC 8446 4.1.2: the second hello is the first but for what the retry asks for.
TEST(SecondHello, RepeatsTheFirstButForTheShareAndTheCookie) {
  const auto original = client_hello_of(travel({}).server.front().message);
  auto retry = server_hello_of(honest_retry());
  retry.legacy_session_id_echo = original.legacy_session_id;
  put(retry.extensions, cookie, hex("0003 aabbcc"));
  auto again = answer_to(retry);
  EXPECT_EQ(again.random, original.random);
  EXPECT_EQ(again.legacy_session_id, original.legacy_session_id);
  EXPECT_EQ(again.cipher_suites, original.cipher_suites);
  EXPECT_EQ(data_of(again.extensions.others, cookie), hex("0003 aabbcc"));
  const auto shares = wire::decode_client_shares(data_of(again.extensions.others, key_share));
  ASSERT_TRUE(shares.ok());
  ASSERT_EQ(shares->size(), 1U);
  EXPECT_EQ(shares->front().group, NamedGroup::secp256r1);
  auto before = original.extensions.others;
  for (auto type : {cookie, key_share}) {
    drop(again.extensions.others, type);
    drop(before, type);
  }
  ASSERT_EQ(again.extensions.others.size(), before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    EXPECT_EQ(again.extensions.others[i].type, before[i].type);
    EXPECT_EQ(again.extensions.others[i].data, before[i].data);
  }
}

// RFC 8446 4.1.4: a retry with a cookie alone keeps the shares.
TEST(SecondHello, KeepsItsSharesForACookieAlone) {
  const auto original = client_hello_of(travel({}).server.front().message);
  auto retry = server_hello_of(honest_retry());
  retry.legacy_session_id_echo = original.legacy_session_id;
  drop(retry.extensions, key_share);
  put(retry.extensions, cookie, hex("0001 aa"));
  const auto again = answer_to(retry);
  EXPECT_EQ(data_of(again.extensions.others, key_share),
            data_of(original.extensions.others, key_share));
  EXPECT_EQ(data_of(again.extensions.others, cookie), hex("0001 aa"));
}

struct HelloCase {
  const char* name;
  std::function<void(wire::ClientHello&)> change;
};

// RFC 8446 4.1.2: what the second hello may not change is illegal_parameter.
std::vector<HelloCase> changed_hellos() {
  return {
      {"Random", [](auto& hello) { hello.random[0] ^= 1; }},
      {"SessionId", [](auto& hello) { hello.legacy_session_id[0] ^= 1; }},
      {"NoSessionId", [](auto& hello) { hello.legacy_session_id.clear(); }},
      {"LegacyVersion", [](auto& hello) { hello.legacy_version = 0x0302; }},
      {"FewerSuites", [](auto& hello) { hello.cipher_suites.resize(1); }},
      {"SuitesReordered",
       [](auto& hello) { std::swap(hello.cipher_suites[0], hello.cipher_suites[1]); }},
      {"MoreSuites", [](auto& hello) { hello.cipher_suites.push_back(wire::CipherSuite{0xfafa}); }},
      {"ServerName",
       [](auto& hello) {
         put(hello.extensions.others, server_name, wire::encode_server_name("other.test"));
       }},
      {"NoServerName", [](auto& hello) { drop(hello.extensions.others, server_name); }},
      {"Alpn",
       [](auto& hello) {
         put(hello.extensions.others, application_layer_protocol_negotiation,
             hex("000b 08 687474702f312e31 01 61"));
       }},
      {"Groups",
       [](auto& hello) { put(hello.extensions.others, supported_groups, hex("0002 0017")); }},
      {"Schemes",
       [](auto& hello) { put(hello.extensions.others, signature_algorithms, hex("0002 0403")); }},
      {"Versions",
       [](auto& hello) { put(hello.extensions.others, supported_versions, hex("04 0304 0303")); }},
      {"NewExtension",
       [](auto& hello) { put(hello.extensions.others, ExtensionType{0xfafa}, {}); }},
      {"ExtensionsReordered",
       [](auto& hello) { std::swap(hello.extensions.others[0], hello.extensions.others[1]); }},
      // RFC 8446 4.2.8: exactly the share that was asked for.
      {"NoShare", [](auto& hello) { put(hello.extensions.others, key_share, hex("0000")); }},
      {"TheFirstShare",
       [](auto& hello) {
         put(hello.extensions.others, key_share,
             wire::encode_client_shares({{NamedGroup::x25519, Bytes(32, 9)}}));
       }},
      {"TwoShares",
       [](auto& hello) {
         auto shares =
             wire::decode_client_shares(data_of(hello.extensions.others, key_share)).value();
         shares.push_back({NamedGroup::x25519, Bytes(32, 9)});
         put(hello.extensions.others, key_share, wire::encode_client_shares(shares));
       }},
      // RFC 8446 4.2.10: early_data is removed after a retry.
      {"EarlyData", [](auto& hello) { put(hello.extensions.others, early_data, {}); }},
  };
}

class ChangedSecondHello : public ::testing::TestWithParam<HelloCase> {};

TEST_P(ChangedSecondHello, IsRefusedByTheServer) {
  const Station& here = station("server WaitSecondClientHello");
  auto hello = client_hello_of(here.message);
  GetParam().change(hello);
  EXPECT_TRUE(refuses(here.victim, Peer(here.victim).handshake(framed(hello)), illegal_parameter));
}

INSTANTIATE_TEST_SUITE_P(Retry, ChangedSecondHello, ::testing::ValuesIn(changed_hellos()),
                         NameOfCase());

// RFC 8446 4.1.2: padding may be added.
TEST(SecondHello, MayBePadded) {
  const Station& here = station("server WaitSecondClientHello");
  auto hello = client_hello_of(here.message);
  put(hello.extensions.others, padding, Bytes(100));
  EXPECT_TRUE(takes(here.victim, Peer(here.victim).handshake(framed(hello))));
}

// RFC 8446 4.1.2: a cookie belongs to the second hello only if the HelloRetryRequest brought one.
TEST(SecondHello, WithACookieThatNobodyGaveIsRefused) {
  const Station& here = station("server WaitSecondClientHello");
  auto hello = client_hello_of(here.message);
  put(hello.extensions.others, cookie, hex("0001 aa"));
  EXPECT_TRUE(refuses(here.victim, Peer(here.victim).handshake(framed(hello)), illegal_parameter));
}

// RFC 8446 4.4.1: both sides hash ClientHello1 as message_hash, so that they agree.
TEST(Retry, CompletesForEveryGroupOfTheServer) {
  for (auto group : policy::supported_groups()) {
    if (group == NamedGroup::x25519) continue;
    auto server = server_config();
    allow_groups(server, {group});
    auto client = client_config();
    allow_groups(client, {NamedGroup::x25519, group});
    Pair pair(client, server);
    pair.run();
    ASSERT_TRUE(pair.complete()) << wire::shown(group);
    EXPECT_TRUE(pair.client.facts().hello_retry_request);
    EXPECT_TRUE(pair.server.facts().hello_retry_request);
    EXPECT_EQ(pair.client.facts().group, group);
  }
}

}  // namespace
}  // namespace stepshake::testing
