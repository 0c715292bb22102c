// RFC 8446 4: the states that not every handshake passes, against every handshake type: those of 0-RTT data, of
// pre-shared keys, and of authentication after the handshake.
#include <gtest/gtest.h>

#include <set>

#include "handshake/dispatch.h"
#include "session/snapshot.h"
#include "talk.h"

namespace stepshake::testing {
namespace {

using wire::HandshakeType;

policy::Config server() {
  policy::Config config = server_config();
  config.ticket_keys.push_back({Bytes(16, 1), Secret(Bytes(32, 2))});
  config.max_early_data = 1'000;
  config.trust = test_trust();
  return config;
}

policy::Config client() {
  policy::Config config = client_config();
  config.identities.push_back(identity(crypto::KeyType::ed25519));
  config.post_handshake_auth = true;
  return config;
}

struct Passed {
  std::vector<Victim>
      victims;  // one for each state name, as it was when it first waited in that state
  std::set<std::string> names;

  void note(const Victim& victim, const char* kind) {
    if (names.insert(kind + victim.state()).second) victims.push_back(victim);
  }
};

// Record by record, noting every state on the way.
void pass(Talk& talk, const char* kind, Passed& passed) {
  for (int i = 0; i < 12; ++i) {
    for (const auto& record : records_in(talk.client.take_output())) {
      talk.server.feed(record);
      passed.note(talk.server, (std::string(kind) + " server ").c_str());
    }
    for (const auto& record : records_in(talk.server.take_output())) {
      talk.client.feed(record);
      passed.note(talk.client, (std::string(kind) + " client ").c_str());
    }
  }
}

Passed late_states() {
  Passed passed;
  Talk first(client(), server());
  first.run();
  policy::Config returning = client();
  returning.psks = first.client.session.tickets;
  Talk resumed(returning, server(), 5);
  resumed.announce(Bytes{1, 2, 3});
  pass(resumed, "0-RTT", passed);
  session::request_client_certificate(resumed.server.session, *resumed.server.config, inputs_of(9));
  pass(resumed, "late", passed);
  return passed;
}

TEST(LateStates, RefuseEveryTypeThatTheyDoNotTake) {
  const Passed passed = late_states();
  for (const char* name :
       {"0-RTT server WaitEndOfEarlyData", "0-RTT server WaitFinished", "0-RTT client WaitFinished",
        "late server WaitPostHandshakeVerify", "late server WaitPostHandshakeFinished",
        "late server Connected", "late client Connected"}) {
    EXPECT_TRUE(passed.names.contains(name)) << name;
  }
  for (const Victim& victim : passed.victims) {
    if (victim.session.failure) continue;
    SCOPED_TRACE(victim.state());
    for (int number = 0; number < 256; ++number) {
      const auto type = static_cast<HandshakeType>(number);
      if (handshake::accepts(victim.session.state, type) &&
          handshake::was_agreed(victim.session.state, type, victim.session.facts, *victim.config)) {
        continue;
      }
      Peer peer(victim);
      EXPECT_TRUE(refuses(victim, peer.handshake(wire::frame(type, {})),
                          AlertDescription::unexpected_message))
          << wire::shown(type);
    }
  }
}

TEST(LateStates, AreValues) {
  for (const Victim& victim : late_states().victims) {
    const auto stored = session::snapshot(victim.session);
    const auto restored = session::restore(stored);
    ASSERT_TRUE(restored.ok());
    EXPECT_EQ(session::snapshot(*restored), stored) << victim.state();
  }
}

}  // namespace
}  // namespace stepshake::testing
