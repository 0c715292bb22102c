// RFC 5246 7.3: every state of TLS 1.2 against every handshake type, against ChangeCipherSpec and application data,
// through the record path, under the right keys; and messages cut, drawn out and bent.
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "handshake/dispatch.h"
#include "session/snapshot.h"
#include "support/stations12.h"

namespace stepshake::testing {
namespace {

using wire::ContentType;
using wire::HandshakeType;

// What a state takes. HelloRequest is ignored by a client that negotiates (RFC 5246 7.4.1.1).
const std::map<std::string, std::set<HandshakeType>>& allowed12() {
  using enum HandshakeType;
  static const std::map<std::string, std::set<HandshakeType>> table = {
      {"client WaitServerHello", {server_hello, hello_request}},
      {"client WaitCertificate", {certificate, hello_request}},
      {"client WaitCertificateStatusOrKeyExchange",
       {certificate_status, server_key_exchange, hello_request}},
      {"client WaitCertificateStatusOrRequest",
       {certificate_status, certificate_request, server_hello_done, hello_request}},
      {"client WaitServerKeyExchange", {server_key_exchange, hello_request}},
      {"client WaitKeyExchangeOrDone",
       {server_key_exchange, server_hello_done, certificate_status, hello_request}},
      {"client WaitRequestOrDone", {certificate_request, server_hello_done, hello_request}},
      {"client WaitServerHelloDone", {server_hello_done, hello_request}},
      {"client WaitNewSessionTicket", {new_session_ticket, hello_request}},
      {"client WaitChangeCipherSpec", {hello_request}},
      {"client WaitFinished", {finished}},
      {"client Connected", {hello_request}},
      {"server WaitClientHello", {client_hello}},
      {"server WaitCertificate", {certificate}},
      {"server WaitClientKeyExchange", {client_key_exchange}},
      {"server WaitCertificateVerify", {certificate_verify}},
      {"server WaitChangeCipherSpec", {}},
      {"server WaitFinished", {finished}},
      {"server Connected", {client_hello}},
  };
  return table;
}

// Without the kind of handshake.
std::string state_of(const Station& here) { return here.name.substr(here.name.find(' ') + 1); }

const std::set<HandshakeType>& allowed12(const Station& here) {
  return allowed12().at(state_of(here));
}

HandshakeType type_of(const Station& here) { return static_cast<HandshakeType>(here.message[0]); }

TEST(Transitions12, TheStationsAreAllTheStatesThatWait) {
  std::set<std::string> names;
  for (const auto& here : all_stations12()) names.insert(state_of(here));
  std::set<std::string> expected;
  for (const auto& [name, types] : allowed12()) expected.insert(name);
  EXPECT_EQ(names, expected);
}

TEST(Transitions12, EveryTypeThatAStateDoesNotTakeIsRefusedByItsFirstByte) {
  for (const auto& here : all_stations12()) {
    SCOPED_TRACE(here.name);
    for (int number = 0; number < 256; ++number) {
      const auto type = static_cast<HandshakeType>(number);
      ASSERT_EQ(handshake::accepts(here.victim.session.state, type), allowed12(here).contains(type))
          << wire::shown(type);
      if (allowed12(here).contains(type)) continue;
      Peer peer(here.victim);
      EXPECT_TRUE(refuses(here.victim, peer.handshake(Bytes{wire::number_of(type)}),
                          AlertDescription::unexpected_message))
          << wire::shown(type);
    }
  }
}

TEST(Transitions12, EveryWellFormedMessageOutOfPlaceIsRefused) {
  for (const auto& here : all_stations12()) {
    SCOPED_TRACE(here.name);
    for (const auto& other : all_stations12()) {
      if (other.message.empty() || allowed12(here).contains(type_of(other))) continue;
      Peer peer(here.victim);
      EXPECT_TRUE(
          refuses(here.victim, peer.handshake(other.message), AlertDescription::unexpected_message))
          << "the message of " << other.name;
    }
  }
}

// RFC 5246 7.1, CVE-2014-0224: ChangeCipherSpec at its one place, once.
TEST(Transitions12, ChangeCipherSpecHasOnePlace) {
  for (const auto& here : all_stations12()) {
    SCOPED_TRACE(here.name);
    Peer peer(here.victim);
    const Bytes record = peer.seal(ContentType::change_cipher_spec, Bytes{1});
    const std::string state = state_of(here);
    if (state.ends_with("WaitChangeCipherSpec")) {
      EXPECT_TRUE(takes(here.victim, record));
      EXPECT_TRUE(refuses(here.victim, peer.seal(ContentType::change_cipher_spec, Bytes{2}),
                          AlertDescription::unexpected_message));
      EXPECT_TRUE(refuses(here.victim, peer.seal(ContentType::change_cipher_spec, Bytes{1, 1}),
                          AlertDescription::unexpected_message));
      // With a part of a message before it.
      Victim waiting = here.victim;
      if (here.victim.session.role == policy::Role::client) {
        ASSERT_TRUE(waiting.feed(peer.handshake(Bytes{0})));
        EXPECT_TRUE(refuses(waiting, record, AlertDescription::unexpected_message));
      }
    } else if (state == "client WaitServerHello") {
      // The server then chooses a version in which it is no dummy.
      Victim early = here.victim;
      ASSERT_TRUE(early.feed(record));
      EXPECT_TRUE(refuses(early, here.record, AlertDescription::unexpected_message));
    } else {
      EXPECT_TRUE(refuses(here.victim, record, AlertDescription::unexpected_message));
    }
  }
}

TEST(Transitions12, ApplicationDataIsForAfterTheHandshake) {
  for (const auto& here : all_stations12()) {
    SCOPED_TRACE(here.name);
    Peer peer(here.victim);
    const Bytes record = peer.seal(ContentType::application_data, Bytes{1, 2, 3});
    if (here.victim.complete()) {
      Victim victim = here.victim;
      ASSERT_TRUE(victim.feed(record));
      EXPECT_EQ(victim.session.application_data, (Bytes{1, 2, 3}));
    } else {
      EXPECT_TRUE(refuses(here.victim, record, AlertDescription::unexpected_message));
    }
  }
}

// RFC 5246 6.2.1: records are of the version that was agreed on.
TEST(Transitions12, RecordsOfAnotherVersionAreRefused) {
  for (const auto& here : all_stations12()) {
    if (!here.victim.session.facts.version || here.message.empty()) continue;
    SCOPED_TRACE(here.name);
    for (std::uint8_t version : Bytes{0, 1, 2, 4}) {
      Bytes record = here.record;
      record[2] = version;
      EXPECT_TRUE(refuses(here.victim, record, AlertDescription::protocol_version));
    }
  }
}

TEST(Transitions12, TheHonestMessageIsTakenWholeOrInPieces) {
  for (const auto& here : all_stations12()) {
    if (here.record.empty()) continue;
    SCOPED_TRACE(here.name);
    Victim whole = here.victim;
    ASSERT_TRUE(whole.feed(here.record));
    Victim bytewise = here.victim;
    for (std::size_t i = 0; i < here.record.size(); ++i) {
      ASSERT_TRUE(bytewise.feed(BytesView(here.record).subspan(i, 1)));
    }
    EXPECT_EQ(bytewise.state(), whole.state());
    if (here.message.empty()) continue;
    EXPECT_TRUE(allowed12(here).contains(type_of(here)));
    Peer peer(here.victim);
    Victim fragmented = here.victim;
    for (std::size_t i = 0; i < here.message.size(); ++i) {
      ASSERT_TRUE(fragmented.feed(peer.handshake(BytesView(here.message).subspan(i, 1))));
    }
    EXPECT_EQ(fragmented.state(), whole.state());
  }
}

// A hello without its extensions is well-formed, and without what it needs: handshake_failure.
TEST(Mangled12, CutShortAtEveryByteIsRefused) {
  for (const auto& here : all_stations12()) {
    if (here.message.empty()) continue;
    SCOPED_TRACE(here.name);
    const BytesView body = wire::unframe(here.message).body;
    std::size_t other_alerts = 0;
    for (std::size_t size = 0; size < body.size(); ++size) {
      Peer peer(here.victim);
      const Bytes record = peer.handshake(wire::frame(type_of(here), body.first(size)));
      if (refuses(here.victim, record, AlertDescription::decode_error)) continue;
      if (takes(here.victim, record)) {
        // A suite without a certificate needs no extension at all.
        EXPECT_EQ(type_of(here), HandshakeType::client_hello) << size;
      } else {
        EXPECT_TRUE(refuses(here.victim, record, AlertDescription::handshake_failure)) << size;
      }
      ++other_alerts;
    }
    const bool hello = type_of(here) == HandshakeType::client_hello ||
                       type_of(here) == HandshakeType::server_hello;
    EXPECT_LE(other_alerts, hello ? 1U : 0U);
  }
}

TEST(Mangled12, DrawnOutIsRefused) {
  for (const auto& here : all_stations12()) {
    if (here.message.empty()) continue;
    SCOPED_TRACE(here.name);
    const BytesView body = wire::unframe(here.message).body;
    for (std::size_t extra : {1U, 2U, 3U, 4U, 5U, 100U}) {
      for (std::uint8_t filler : Bytes{0x00, 0xff}) {
        Peer peer(here.victim);
        const Bytes more(extra, filler);
        EXPECT_TRUE(refuses(here.victim,
                            peer.handshake(wire::frame(type_of(here), concat({body, more}))),
                            AlertDescription::decode_error));
      }
    }
  }
}

// RFC 5246 7.4.9: Finished covers all. What comes after a bent message never completes the handshake.
TEST(Mangled12, ABitFlippedNeverCompletes) {
  for (const auto& kind : kinds12()) {
    const Journey journey = travel12(kind);
    for (const auto* side : {&journey.client, &journey.server}) {
      for (std::size_t at = 0; at + 1 < side->size(); ++at) {
        const Station& here = (*side)[at];
        if (here.message.empty()) continue;
        SCOPED_TRACE(kind.name + " " + here.name);
        for (std::size_t i = 0; i < here.message.size(); i += 1 + here.message.size() / 60) {
          Bytes message = here.message;
          message[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
          Peer peer(here.victim);
          Victim victim = here.victim;
          bool going = victim.feed(peer.handshake(message));
          for (std::size_t next = at + 1; going && next + 1 < side->size(); ++next) {
            going = victim.feed((*side)[next].record);
          }
          ASSERT_FALSE(victim.complete() && !here.victim.complete()) << "byte " << i;
        }
      }
    }
  }
}

// RFC 5246 6.2.3: a record that was tampered with is bad_record_mac.
TEST(Mangled12, ATamperedRecordIsRefused) {
  for (const auto& here : all_stations12()) {
    if (!here.victim.session.read.protects() || here.record.empty()) continue;
    SCOPED_TRACE(here.name);
    for (std::size_t i = record::kHeaderSize; i < here.record.size(); ++i) {
      Bytes record = here.record;
      record[i] ^= static_cast<std::uint8_t>(0x80U >> (i % 8));
      ASSERT_TRUE(refuses(here.victim, record, AlertDescription::bad_record_mac)) << i;
    }
  }
}

TEST(Snapshots12, HoldAtEveryState) {
  for (const auto& here : all_stations12()) {
    SCOPED_TRACE(here.name);
    const Bytes whole = session::snapshot(here.victim.session);
    const auto restored = session::restore(whole);
    ASSERT_TRUE(restored.ok()) << restored.failure().detail;
    EXPECT_EQ(session::snapshot(*restored), whole);
    if (here.record.empty()) continue;
    Victim straight = here.victim;
    Victim stored = here.victim;
    stored.session = *restored;
    ASSERT_TRUE(straight.feed(here.record));
    ASSERT_TRUE(stored.feed(here.record));
    EXPECT_EQ(session::snapshot(stored.session), session::snapshot(straight.session));
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 32) {
      ASSERT_FALSE(session::restore(BytesView(whole).first(size)).ok()) << size;
    }
  }
}

}  // namespace
}  // namespace stepshake::testing
