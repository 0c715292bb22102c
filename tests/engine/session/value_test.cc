// A session is a value (DESIGN.md): stored, copied, cut and repeated at every step of every kind of handshake, it goes
// on to the same bytes.
#include <gtest/gtest.h>

#include <iostream>
#include <random>

#include "connection/snapshot.h"
#include "session/snapshot.h"
#include "support/pair.h"
#include "support/stations.h"
#include "wire/writer.h"

namespace stepshake::testing {
namespace {

using connection::Call;

// A kind of handshake, and how it ends.
struct Kind {
  const char* name;
  policy::Config client;
  policy::Config server;
  bool succeeds = true;
};

Kind kind(const char* name, const Setting& setting) {
  return {name, client_config_of(setting), server_config_of(setting)};
}

std::vector<Kind> kinds() {
  using enum policy::ClientAuthentication;
  std::vector<Kind> all = {kind("Plain", {}),
                           kind("Retry", {.retry = true}),
                           kind("ClientCertificate", {false, require, true}),
                           kind("ClientWithoutCertificate", {false, request, false}),
                           kind("RetryAndClientCertificate", {true, request, true}),
                           kind("CertificateRequiredAndAbsent", {false, require, false}),
                           kind("NoSharedSuite", {}),
                           kind("UntrustedRecorded", {}),
                           kind("Untrusted", {}),
                           kind("WrongName", {}),
                           kind("NoSharedAlpn", {}),
                           kind("NoCompatibility", {})};
  const auto named = [&](std::string_view name) -> Kind& {
    return *std::find_if(all.begin(), all.end(),
                         [&](const auto& each) { return each.name == name; });
  };
  named("CertificateRequiredAndAbsent").succeeds = false;
  named("NoSharedSuite").client.cipher_suites = {wire::CipherSuite::tls_aes_128_ccm_sha256};
  named("NoSharedSuite").server.cipher_suites = {wire::CipherSuite::tls_aes_128_gcm_sha256};
  named("NoSharedSuite").succeeds = false;
  named("UntrustedRecorded").client.trust = {};
  named("UntrustedRecorded").client.verification = policy::Verification::recorded;
  named("Untrusted").client.trust = {};
  named("Untrusted").succeeds = false;
  named("WrongName").client.server_name = "other.stepshake.test";
  named("WrongName").succeeds = false;
  named("NoSharedAlpn").client.alpn_protocols = {Bytes{'x'}};
  named("NoSharedAlpn").succeeds = false;
  named("NoCompatibility").client.middlebox_compatibility = false;
  named("NoCompatibility").server.middlebox_compatibility = false;
  return all;
}

// The outcome of a step, for comparison.
Bytes after(Side side, BytesView input, Call call, BytesView data = {}) {
  side.step(input, call, data);
  wire::Writer writer;
  writer.u32(static_cast<std::uint32_t>(side.last.result.return_value))
      .u8(static_cast<std::size_t>(side.last.result.error))
      .vector24(side.last.result.data)
      .u8(side.last.result.events.size())
      .bytes(connection::snapshot(side.stepped));
  return writer.take();
}

Side stored_and_brought_back(const Side& side) {
  Side copy = side;
  auto restored = connection::restore(connection::snapshot(side.stepped));
  EXPECT_TRUE(restored.ok());
  copy.stepped = *restored;
  return copy;
}

// Steps two sides by turns; before each step `check` sees the side, and what the step will be.
template <class Check>
void play(const Kind& kind, std::size_t piece, Check check) {
  Pair pair(kind.client, kind.server);
  const auto step = [&](Side& side, BytesView input, Call call, BytesView data = {}) {
    check(side, input, call, data);
    side.step(input, call, data);
  };
  const auto feed = [&](Side& side, const Bytes& bytes) {
    const std::size_t most = piece == 0 ? std::max<std::size_t>(bytes.size(), 1) : piece;
    for (std::size_t at = 0; at < bytes.size(); at += most) {
      step(side, BytesView(bytes).subspan(at, std::min(most, bytes.size() - at)),
           Call::do_handshake);
    }
  };
  step(pair.server, {}, Call::do_handshake);
  step(pair.client, {}, Call::do_handshake);
  for (int round = 0; round < 10; ++round) {
    feed(pair.server, pair.client.take_output());
    feed(pair.client, pair.server.take_output());
  }
  EXPECT_EQ(pair.complete(), kind.succeeds) << kind.name;
  if (!pair.complete()) return;
  const Bytes data = {1, 2, 3};
  step(pair.client, {}, Call::write, data);
  step(pair.server, pair.client.take_output(), Call::read);
  step(pair.server, {}, Call::write, data);
  step(pair.client, pair.server.take_output(), Call::read);
  step(pair.client, {}, Call::shutdown);
  step(pair.server, pair.client.take_output(), Call::read);
  step(pair.server, {}, Call::shutdown);
  step(pair.client, pair.server.take_output(), Call::shutdown);
  EXPECT_EQ(pair.client.last.result.return_value, 1);
}

class EveryHandshake : public ::testing::TestWithParam<std::size_t> {
 protected:
  Kind kind = kinds()[GetParam()];
};

TEST_P(EveryHandshake, GoesOnFromASnapshotAsIfNothingHadBeen) {
  std::size_t steps = 0;
  for (std::size_t piece : {0U, 97U}) {
    play(kind, piece, [&](const Side& side, BytesView input, Call call, BytesView data) {
      ++steps;
      const Side restored = stored_and_brought_back(side);
      ASSERT_EQ(connection::snapshot(restored.stepped), connection::snapshot(side.stepped));
      ASSERT_EQ(after(restored, input, call, data), after(side, input, call, data)) << steps;
    });
  }
  EXPECT_GE(steps, 5U);
}

// Forks do not know of each other: a copy that goes another way leaves the original as it was.
TEST_P(EveryHandshake, IsForkedByCopying) {
  play(kind, 0, [&](const Side& side, BytesView input, Call call, BytesView data) {
    const Bytes before = connection::snapshot(side.stepped);
    const Bytes expected = after(side, input, call, data);
    Side astray = side;
    astray.step(Bytes(300, 0x15), call, data);
    astray.step({}, call, data, true);
    ASSERT_EQ(connection::snapshot(side.stepped), before);
    ASSERT_EQ(after(side, input, call, data), expected);
  });
}

TEST_P(EveryHandshake, HasSnapshotsThatNoCutOrFlipGetsThrough) {
  play(kind, 0, [&](const Side& side, BytesView, Call, BytesView) {
    const Bytes whole = connection::snapshot(side.stepped);
    for (std::size_t size = 0; size < whole.size(); size += 1 + size / 64) {
      const auto cut = connection::restore(BytesView(whole).first(size));
      ASSERT_FALSE(cut.ok()) << size;
      ASSERT_FALSE(cut.failure().detail.empty());
    }
    for (std::size_t i = 0; i < whole.size(); i += 1 + i / 64) {
      Bytes bent = whole;
      bent[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      ASSERT_FALSE(connection::restore(bent).ok()) << i;
    }
    Bytes longer = whole;
    longer.push_back(0);
    ASSERT_FALSE(connection::restore(longer).ok());
  });
}

// The same stream in other pieces: the same state, and the same output in the end.
TEST_P(EveryHandshake, DoesNotMindHowItsInputIsCut) {
  const std::uint32_t seed = std::random_device()();
  std::cout << "seed " << seed << "\n";
  std::mt19937 random(seed);
  play(kind, 0, [&](const Side& side, BytesView input, Call call, BytesView) {
    if (input.empty() || call != Call::do_handshake) return;
    Victim whole(side.config, 1);
    whole.session = side.session();
    Victim bytewise = whole;
    Victim cut = whole;
    const bool went_on = whole.feed(input);
    for (std::size_t i = 0; i < input.size() && !bytewise.session.failure; ++i) {
      bytewise.feed(input.subspan(i, 1));
    }
    for (std::size_t at = 0; at < input.size() && !cut.session.failure;) {
      const std::size_t size = std::min<std::size_t>(1 + random() % 200, input.size() - at);
      cut.feed(input.subspan(at, size));
      at += size;
    }
    ASSERT_EQ(went_on, !whole.session.failure.has_value());
    for (Victim* other : {&bytewise, &cut}) {
      // The turn's number draws its randomness: only what does not depend on it is the same.
      ASSERT_EQ(other->state(), whole.state());
      ASSERT_EQ(other->session.failure, whole.session.failure);
      ASSERT_EQ(other->session.facts.cipher_suite, whole.session.facts.cipher_suite);
      ASSERT_EQ(other->session.facts.peer_certificates, whole.session.facts.peer_certificates);
      ASSERT_EQ(other->session.output.size() == 0, whole.session.output.size() == 0);
    }
  });
}

INSTANTIATE_TEST_SUITE_P(Value, EveryHandshake, ::testing::Range<std::size_t>(0, 12),
                         [](const auto& of) { return std::string(kinds()[of.param].name); });

// Every byte, at every station: session::snapshot, its truncations and its flips.
TEST(SessionSnapshot, RefusesEveryTruncationAndEveryFlip) {
  for (const auto& here : all_stations()) {
    const Bytes whole = session::snapshot(here.victim.session);
    ASSERT_TRUE(session::restore(whole).ok()) << here.name;
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto cut = session::restore(BytesView(whole).first(size));
      ASSERT_FALSE(cut.ok()) << here.name << " " << size;
      ASSERT_EQ(cut.failure().reason, Reason::decode_error);
      ASSERT_FALSE(cut.failure().detail.empty());
    }
    for (std::size_t i = 0; i < whole.size(); ++i) {
      Bytes bent = whole;
      bent[i] ^= static_cast<std::uint8_t>(1U << (i % 8));
      ASSERT_FALSE(session::restore(bent).ok()) << here.name << " " << i;
    }
  }
}

TEST(SessionSnapshot, GoesOnFromEveryState) {
  for (const auto& here : all_stations()) {
    if (here.record.empty()) continue;
    Victim straight = here.victim;
    Victim stored = here.victim;
    stored.session = session::restore(session::snapshot(here.victim.session)).value();
    ASSERT_TRUE(straight.feed(here.record));
    ASSERT_TRUE(stored.feed(here.record));
    EXPECT_EQ(session::snapshot(stored.session), session::snapshot(straight.session)) << here.name;
  }
}

TEST(SessionSnapshot, OfAnotherKindOrFormatIsRefusedWithASentence) {
  const Bytes stepped = connection::snapshot(connection::make_stepped(client_config()));
  const Bytes alone = session::snapshot(session::make_session(client_config()));
  EXPECT_FALSE(session::restore(stepped).ok());
  EXPECT_FALSE(connection::restore(alone).ok());
  Bytes newer = alone;
  newer[5] = static_cast<std::uint8_t>(newer[5] + 1);
  EXPECT_NE(session::restore(newer).failure().detail.find("format"), std::string::npos);
  EXPECT_FALSE(session::restore({}).ok());
  EXPECT_FALSE(session::restore(Bytes(1000)).ok());
}

// The same step twice from one value: the same bytes; other entropy: other bytes.
TEST(Step, IsAFunctionOfItsInputs) {
  const policy::Config config = client_config();
  const auto run = [&](std::uint64_t entropy) {
    auto stepped = connection::make_stepped(config);
    connection::step(stepped, {config, inputs_of(entropy)}, {{}, false, Call::do_handshake, {}, 0});
    return stepped.outbox;
  };
  EXPECT_EQ(run(1), run(1));
  EXPECT_NE(run(1), run(2));
}

}  // namespace
}  // namespace stepshake::testing
