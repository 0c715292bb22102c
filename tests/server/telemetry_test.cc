#include "server/telemetry.h"

#include <gtest/gtest.h>

namespace stepshake::server {
namespace {

TEST(Summary, OfASessionThatDidNothing) {
  EXPECT_EQ(summary({}), "role=none steps=0 outcome=unfinished");
}

TEST(Summary, TellsWhatWasAgreed) {
  SessionRecord record;
  auto& session = record.stepped.connection.session;
  session.role = policy::Role::client;
  session.facts.version = wire::ProtocolVersion::tls_1_3;
  session.facts.cipher_suite = wire::CipherSuite::tls_aes_128_gcm_sha256;
  session.facts.group = wire::NamedGroup::x25519;
  record.steps = 4;
  EXPECT_EQ(summary(record),
            "role=client steps=4 outcome=unfinished version=\"TLS 1.3\" "
            "suite=TLS_AES_128_GCM_SHA256 group=x25519");
}

TEST(Summary, AFailureIsOneLineWhateverItSays) {
  SessionRecord record;
  auto& session = record.stepped.connection.session;
  session.role = policy::Role::server;
  session.failure = fail(Reason::unexpected_message, "line\nbreak \"quoted\"");
  record.steps = 2;
  record.failed_in_step = 2;
  EXPECT_EQ(summary(record),
            "role=server steps=2 outcome=failed failure=\"unexpected message\" "
            "detail=\"line\\nbreak \\\"quoted\\\"\" failed_in_step=2 alert=unexpected_message");
}

}  // namespace
}  // namespace stepshake::server
