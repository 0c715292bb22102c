#include "server/log.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

namespace stepshake::server {
namespace {

// What a line says after its time.
std::string told(LogFormat format, const LogFields& fields) {
  std::ostringstream text;
  auto lines = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  Log(std::move(lines), format).info("an event", fields);
  const std::string line = text.str();
  EXPECT_EQ(line.find('\n'), line.size() - 1) << line;
  return line.substr(line.find("info"));
}

LogFields nasty() {
  return LogFields()
      .add("plain", "a-b/c:1")
      .add("number", std::uint64_t{7})
      .add("quoted", "two words")
      .add("escaped", std::string("\"\\\n\r\t\x7f\xff\0=", 9))
      .add("empty", "")
      .add_if("left_out", "");
}

TEST(Log, AsTextValuesAreEscaped) {
  EXPECT_EQ(told(LogFormat::text, nasty()),
            "info an event plain=a-b/c:1 number=7 quoted=\"two words\" "
            "escaped=\"\\\"\\\\\\n\\r\\t\\177\\377\\000=\" empty=\"\"\n");
}

// RFC 8259 7.
TEST(Log, AsJsonValuesAreEscaped) {
  EXPECT_EQ(told(LogFormat::json, nasty()),
            "info\",\"message\":\"an event\",\"plain\":\"a-b/c:1\",\"number\":7,"
            "\"quoted\":\"two words\","
            "\"escaped\":\"\\\"\\\\\\u000a\\u000d\\u0009\\u007f\\u00ff\\u0000=\","
            "\"empty\":\"\"}\n");
}

TEST(Log, BracesAreNoPattern) {
  EXPECT_EQ(told(LogFormat::text, LogFields().add("x", "{}%v")), "info an event x={}%v\n");
}

TEST(Log, SaysNothingBelowItsLevel) {
  std::ostringstream text;
  auto lines = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text));
  const Log log(std::move(lines), LogFormat::text);
  EXPECT_FALSE(log.tells(Log::Level::debug));
  log.debug("quiet");
  EXPECT_EQ(text.str(), "");
}

}  // namespace
}  // namespace stepshake::server
