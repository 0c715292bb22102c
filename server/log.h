// The log on stderr: lines with fields, as text or as JSON, one object a line. Never a secret.
//
//     2026-01-02T03:04:05.678Z info session ended session=sessions/1f... reason=deleted role=client
//     {"time":"2026-01-02T03:04:05.678Z","level":"info","message":"session ended","session":"sessions/1f...",...}
#pragma once

#include <spdlog/logger.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace stepshake::server {

// The fields of a line, in order. What a peer or a caller had a hand in may stand in a value: it is escaped.
class LogFields {
 public:
  LogFields& add(absl::string_view key, absl::string_view value);
  LogFields& add(absl::string_view key, const char* value) {
    return add(key, absl::string_view(value));
  }
  LogFields& add(absl::string_view key, std::uint64_t value);
  // Left out where the value is empty.
  LogFields& add_if(absl::string_view key, absl::string_view value);

 private:
  friend class Log;
  struct Field {
    std::string key;
    std::string value;
    bool number;
  };
  std::vector<Field> fields_;
};

enum class LogFormat { text, json };

// Safe to use from many threads.
class Log {
 public:
  Log(std::shared_ptr<spdlog::logger> lines, LogFormat format);

  // `level`: trace, debug, info, warning, error, critical or off.
  static std::shared_ptr<Log> to_stderr(absl::string_view level, LogFormat format);

  using Level = spdlog::level::level_enum;
  // Worth making the fields for?
  [[nodiscard]] bool tells(Level level) const { return lines_->should_log(level); }
  void tell(Level level, absl::string_view message, const LogFields& fields = {}) const;

  void debug(absl::string_view message, const LogFields& fields = {}) const {
    tell(Level::debug, message, fields);
  }
  void info(absl::string_view message, const LogFields& fields = {}) const {
    tell(Level::info, message, fields);
  }
  void warning(absl::string_view message, const LogFields& fields = {}) const {
    tell(Level::warn, message, fields);
  }

 private:
  std::shared_ptr<spdlog::logger> lines_;
  LogFormat format_;
};

// gRPC's own messages go into `log` from now on, at level debug: what matters of them is told by
// the server.
void take_grpc_messages(const std::shared_ptr<Log>& log);

}  // namespace stepshake::server
