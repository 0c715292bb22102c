#include "server/telemetry.h"

#include <gtest/gtest.h>

#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

namespace stepshake::server {
namespace {

// The line's fields, as text.
std::string summary(const SessionRecord& record) {
  std::ostringstream text;
  auto lines = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  LogFields fields;
  add_summary(record, fields);
  Log(std::move(lines), LogFormat::text).info("ended", fields);
  const std::string line = text.str();
  const std::size_t begin = line.find(" ended ") + 7;
  return line.substr(begin, line.size() - begin - 1);
}

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
