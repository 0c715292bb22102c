// What the programs print for bench/report.py: one JSON value, written as it comes.
#pragma once

#include <cmath>
#include <cstdio>
#include <string>
#include <string_view>

namespace stepshake::bench {

class JsonWriter {
 public:
  JsonWriter& begin_object(std::string_view key = {}) { return open(key, '{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array(std::string_view key = {}) { return open(key, '['); }
  JsonWriter& end_array() { return close(']'); }

  // Texts of ours: names and versions, with nothing that needs escaping but quotes.
  JsonWriter& text(std::string_view key, std::string_view value) {
    start(key);
    quote(value);
    return *this;
  }
  JsonWriter& number(std::string_view key, double value) {
    char digits[32];
    std::snprintf(digits, sizeof digits, "%.6g", std::isfinite(value) ? value : 0.0);
    start(key);
    text_ += digits;
    return *this;
  }
  JsonWriter& count(std::string_view key, std::size_t value) {
    start(key);
    text_ += std::to_string(value);
    return *this;
  }

  void print() const { std::printf("%s\n", text_.c_str()); }

 private:
  void start(std::string_view key) {
    if (!text_.empty() && text_.back() != '{' && text_.back() != '[') text_ += ",\n";
    if (key.empty()) return;
    quote(key);
    text_ += ": ";
  }
  void quote(std::string_view value) {
    text_ += '"';
    for (const char each : value) {
      if (each == '"' || each == '\\') text_ += '\\';
      text_ += each;
    }
    text_ += '"';
  }
  JsonWriter& open(std::string_view key, char bracket) {
    start(key);
    text_ += bracket;
    return *this;
  }
  JsonWriter& close(char bracket) {
    text_ += bracket;
    return *this;
  }

  std::string text_;
};

}  // namespace stepshake::bench
