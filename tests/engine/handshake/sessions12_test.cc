// handshake/sessions12.h: for how long a client keeps a session (RFC 5077 3.3, RFC 5246 F.1.4).
#include "handshake/sessions12.h"

#include <gtest/gtest.h>

namespace stepshake::testing {
namespace {

using handshake::Agreed12;

struct KeptSession {
  const char* name;
  std::uint32_t hint;
  std::optional<std::int64_t> rest;  // of a session that is resumed
  std::uint32_t kept;
};

TEST(Session12, LivesAsLongAsTheServerSaysOrADay) {
  constexpr std::int64_t kAt = 1'000'000;
  for (const KeptSession& row : {KeptSession{"the server says", 300, {}, 300},
                                 {"the server does not say", 0, {}, 86'400},
                                 {"resumed, the server says", 300, 20, 300},
                                 {"resumed, the server does not say", 0, 20, 20},
                                 {"resumed, said to live long before", 0, 600'000, 86'400},
                                 {"resumed in the last moment", 0, -1, 0}}) {
    SCOPED_TRACE(row.name);
    Agreed12 agreed;
    agreed.resumed = row.rest.has_value();
    if (row.rest) agreed.session_ends = kAt + *row.rest;
    const policy::Config config;
    crypto::Random random(crypto::Entropy{});
    schedule::Transcript transcript;
    handshake::Facts facts;
    const handshake::Turn turn(config, kAt, random, transcript, facts);
    const auto session = handshake::client12::session_of(
        agreed, schedule::MasterSecret12{}, wire::NewSessionTicket12{row.hint, {1}}, turn);
    ASSERT_TRUE(session);
    EXPECT_EQ(session->lifetime, row.kept);
    EXPECT_EQ(session->issued_at, kAt);
  }
}

}  // namespace
}  // namespace stepshake::testing
