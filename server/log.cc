#include "server/log.h"

#include <grpc/support/log.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <algorithm>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace stepshake::server {
namespace {

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = "{\"time\":\"%Y-%m-%dT%H:%M:%S.%eZ\",\"level\":\"%l\",%v}";

// RFC 8259 7. Bytes that are no ASCII are told as the code points of Latin-1: the line is valid UTF-8 whatever a peer
// sent.
std::string json_string(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      absl::StrAppend(&quoted, "\\", absl::string_view(&c, 1));
    } else if (byte < 0x20 || byte >= 0x7f) {
      absl::StrAppendFormat(&quoted, "\\u%04x", byte);
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

bool is_plain(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != '\\' && c != '=';
  });
}

std::string text_value(absl::string_view text) {
  return is_plain(text) ? std::string(text) : absl::StrCat("\"", absl::CEscape(text), "\"");
}

// gRPC has a plain function pointer for this, so the log cannot come along. Never freed: gRPC's threads may have
// something to say until the very end.
std::shared_ptr<Log>& grpc_log() {
  static auto* const log = std::make_unique<std::shared_ptr<Log>>().release();
  return *log;
}

void tell_of_grpc(gpr_log_func_args* args) {
  if (!grpc_log()->tells(Log::Level::debug)) return;
  grpc_log()->debug("grpc", LogFields().add("text", args->message));
}

}  // namespace

LogFields& LogFields::add(absl::string_view key, absl::string_view value) {
  fields_.push_back({std::string(key), std::string(value), false});
  return *this;
}

LogFields& LogFields::add(absl::string_view key, std::uint64_t value) {
  fields_.push_back({std::string(key), absl::StrCat(value), true});
  return *this;
}

LogFields& LogFields::add_if(absl::string_view key, absl::string_view value) {
  return value.empty() ? *this : add(key, value);
}

Log::Log(std::shared_ptr<spdlog::logger> lines, LogFormat format)
    : lines_(std::move(lines)), format_(format) {
  lines_->set_pattern(format == LogFormat::json ? kJsonPattern : kTextPattern,
                      spdlog::pattern_time_type::utc);
  lines_->flush_on(Level::info);
}

std::shared_ptr<Log> Log::to_stderr(absl::string_view level, LogFormat format) {
  auto lines = std::make_shared<spdlog::logger>("stepshaked",
                                                std::make_shared<spdlog::sinks::stderr_sink_mt>());
  lines->set_level(spdlog::level::from_str(std::string(level)));
  return std::make_shared<Log>(std::move(lines), format);
}

void Log::tell(Level level, absl::string_view message, const LogFields& fields) const {
  if (!tells(level)) return;
  std::string line;
  if (format_ == LogFormat::json) {
    line = absl::StrCat("\"message\":", json_string(message));
    for (const auto& [key, value, number] : fields.fields_) {
      absl::StrAppend(&line, ",", json_string(key), ":", number ? value : json_string(value));
    }
  } else {
    line = std::string(message);
    for (const auto& [key, value, number] : fields.fields_) {
      absl::StrAppend(&line, " ", key, "=", text_value(value));
    }
  }
  lines_->log(level, "{}", line);
}

void take_grpc_messages(const std::shared_ptr<Log>& log) {
  grpc_log() = log;
  gpr_set_log_function(tell_of_grpc);
}

}  // namespace stepshake::server
