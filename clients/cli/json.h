// JSON lines. A protobuf message becomes an object with the proto's own field names, numbers as
// numbers, enumerators by name, bytes in hexadecimal (ALPN names as text), and messages that are
// absent left out: so a field that is added to the proto shows by itself.
#pragma once

#include <google/protobuf/message.h>

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace stepshake::cli {

std::string to_json(const google::protobuf::Message& message);

// `text`, UTF-8, as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(absl::string_view text);

// One object, built member by member, in one line.
class JsonObject {
 public:
  JsonObject& add(absl::string_view name, absl::string_view text);
  JsonObject& add(absl::string_view name, const char* text);
  JsonObject& add(absl::string_view name, bool value);
  JsonObject& add(absl::string_view name, uint64_t value);
  JsonObject& add(absl::string_view name, const google::protobuf::Message& message);
  JsonObject& add(absl::string_view name, const JsonObject& object);

  // The object and a newline.
  std::string line() const;

 private:
  JsonObject& add_raw(absl::string_view name, absl::string_view json);

  std::string members_;
};

}  // namespace stepshake::cli
