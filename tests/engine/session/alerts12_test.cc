// Alerts of a peer of TLS 1.2 (RFC 5246 7.2), in every state: a warning leaves the session as it was, a fatal one ends it.
#include <gtest/gtest.h>

#include "support/edit.h"
#include "support/stations12.h"

namespace stepshake::testing {
namespace {

using enum AlertDescription;
using wire::ContentType;

// Each state in which the version is known.
std::vector<Station> settled() {
  auto all = all_stations12();
  std::erase_if(all, [](const Station& here) {
    return here.victim.state() == "WaitServerHello" || here.victim.state() == "WaitClientHello";
  });
  return all;
}

Bytes sealed(const Station& here, Bytes content) {
  return Peer(here.victim).seal(ContentType::alert, content);
}

TEST(Alerts12, AWarningLeavesAllAsItWas) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    for (int number = 1; number < 256; ++number) {
      Victim victim = here.victim;
      ASSERT_TRUE(victim.feed(sealed(here, {1, static_cast<std::uint8_t>(number)}))) << number;
      ASSERT_EQ(victim.state(), here.victim.state());
      ASSERT_TRUE(victim.session.output == here.victim.session.output);
      ASSERT_FALSE(victim.session.shutdown.received);
    }
    if (here.record.empty()) continue;
    // What was to come is taken still.
    Victim victim = here.victim;
    Peer peer(victim);
    ASSERT_TRUE(victim.feed(peer.seal(ContentType::alert, Bytes{1, 112})));
    if (!here.message.empty()) {
      EXPECT_TRUE(takes(victim, peer.handshake(here.message)));
    }
  }
}

TEST(Alerts12, WarningsDoNotComeWithoutEnd) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    Victim victim = here.victim;
    Peer peer(victim);
    for (unsigned i = 1; i < victim.config->limits.warnings; ++i) {
      ASSERT_TRUE(victim.feed(peer.seal(ContentType::alert, Bytes{1, 100}))) << i;
    }
    EXPECT_TRUE(refuses(victim, peer.seal(ContentType::alert, Bytes{1, 100}), unexpected_message));
  }
}

TEST(Alerts12, AFatalOneEndsTheSessionAndIsNotAnswered) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    for (int number = 0; number < 256; ++number) {
      Victim victim = here.victim;
      ASSERT_FALSE(victim.feed(sealed(here, {2, static_cast<std::uint8_t>(number)}))) << number;
      ASSERT_EQ(victim.session.failure->reason, Reason::peer_alert);
      ASSERT_EQ(victim.session.failure->peer_alert, static_cast<AlertDescription>(number));
      ASSERT_TRUE(victim.session.output == here.victim.session.output);
      ASSERT_TRUE(victim.session.tickets.empty());
    }
  }
}

// RFC 5246 7.2: AlertLevel has two values.
TEST(Alerts12, OfNoKnownLevelIsIllegal) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    for (std::uint8_t level : Bytes{0, 3, 255}) {
      EXPECT_TRUE(refuses(here.victim, sealed(here, {level, 40}), illegal_parameter));
      EXPECT_TRUE(refuses(here.victim, sealed(here, {level, 0}), illegal_parameter));
    }
  }
}

TEST(Alerts12, OfAnotherLengthIsRefused) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    EXPECT_TRUE(refuses(here.victim, sealed(here, {}), unexpected_message));
    for (const Bytes& content : {Bytes{2}, Bytes{1, 0, 1}, Bytes{2, 40, 2, 40}}) {
      EXPECT_TRUE(refuses(here.victim, sealed(here, content), decode_error)) << content.size();
    }
  }
}

// RFC 5246 7.2.1: close_notify closes the peer's half, in the handshake too.
TEST(Alerts12, CloseNotifyClosesThePeersHalf) {
  for (const auto& here : settled()) {
    SCOPED_TRACE(here.name);
    Victim victim = here.victim;
    ASSERT_TRUE(victim.feed(sealed(here, {1, 0})));
    EXPECT_TRUE(victim.session.shutdown.received);
    EXPECT_TRUE(victim.session.output == here.victim.session.output);
  }
}

}  // namespace
}  // namespace stepshake::testing
