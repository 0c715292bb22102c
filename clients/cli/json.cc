// JSON lines, by protobuf's reflection.
#include "cli/json.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/timestamp.pb.h>
#include <google/protobuf/util/time_util.h>

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace stepshake::cli {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// The length of the UTF-8 sequence that `text` begins with; 0 when it begins with none.
size_t utf8_length(absl::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const size_t length = byte(0) < 0x80   ? 1
                        : byte(0) < 0xc2 ? 0
                        : byte(0) < 0xe0 ? 2
                        : byte(0) < 0xf0 ? 3
                        : byte(0) < 0xf5 ? 4
                                         : 0;
  if (length > text.size()) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (byte(0) == 0xe0 && byte(1) < 0xa0) || (byte(0) == 0xf0 && byte(1) < 0x90);
  const bool beyond = (byte(0) == 0xed && byte(1) > 0x9f) || (byte(0) == 0xf4 && byte(1) > 0x8f);
  return overlong || beyond ? 0 : length;
}

std::string enum_json(const google::protobuf::EnumDescriptor& type, int number) {
  const auto* const value = type.FindValueByNumber(number);
  return value == nullptr ? absl::StrCat(number) : absl::StrCat("\"", value->name(), "\"");
}

std::string bytes_json(const FieldDescriptor& field, absl::string_view bytes) {
  // ALPN names are bytes on the wire, and words to everybody.
  if (absl::StartsWith(field.name(), "alpn_protocol")) return json_string(bytes);
  return absl::StrCat("\"", absl::BytesToHexString(bytes), "\"");
}

// One value: of a singular field, or (index >= 0) an element of a repeated one.
std::string value_json(const Message& message, const FieldDescriptor& field, int index) {
  const Reflection& reflection = *message.GetReflection();
  const bool one = index < 0;
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return (one ? reflection.GetBool(message, &field)
                  : reflection.GetRepeatedBool(message, &field, index))
                 ? "true"
                 : "false";
    case FieldDescriptor::CPPTYPE_INT32:
      return absl::StrCat(one ? reflection.GetInt32(message, &field)
                              : reflection.GetRepeatedInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_INT64:
      return absl::StrCat(one ? reflection.GetInt64(message, &field)
                              : reflection.GetRepeatedInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT32:
      return absl::StrCat(one ? reflection.GetUInt32(message, &field)
                              : reflection.GetRepeatedUInt32(message, &field, index));
    case FieldDescriptor::CPPTYPE_UINT64:
      return absl::StrCat(one ? reflection.GetUInt64(message, &field)
                              : reflection.GetRepeatedUInt64(message, &field, index));
    case FieldDescriptor::CPPTYPE_ENUM:
      return enum_json(*field.enum_type(),
                       one ? reflection.GetEnumValue(message, &field)
                           : reflection.GetRepeatedEnumValue(message, &field, index));
    case FieldDescriptor::CPPTYPE_STRING: {
      const std::string text = one ? reflection.GetString(message, &field)
                                   : reflection.GetRepeatedString(message, &field, index);
      return field.type() == FieldDescriptor::TYPE_BYTES ? bytes_json(field, text)
                                                         : json_string(text);
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      return to_json(one ? reflection.GetMessage(message, &field)
                         : reflection.GetRepeatedMessage(message, &field, index));
    case FieldDescriptor::CPPTYPE_DOUBLE:
    case FieldDescriptor::CPPTYPE_FLOAT: break;  // the protocol has none
  }
  return "null";
}

std::string field_json(const Message& message, const FieldDescriptor& field) {
  if (!field.is_repeated()) return value_json(message, field, -1);
  std::string list;
  const int size = message.GetReflection()->FieldSize(message, &field);
  for (int i = 0; i < size; ++i) {
    absl::StrAppend(&list, i == 0 ? "" : ",", value_json(message, field, i));
  }
  return absl::StrCat("[", list, "]");
}

}  // namespace

std::string json_string(absl::string_view text) {
  std::string json = "\"";
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto c = static_cast<unsigned char>(text.front());
    if (length == 0) {
      json += "\\ufffd";
    } else if (c < 0x20 || c == 0x7f) {
      absl::StrAppend(&json, "\\u", absl::Hex(c, absl::kZeroPad4));
    } else if (c == '"' || c == '\\') {
      json += '\\';
      json += text.front();
    } else {
      absl::StrAppend(&json, text.substr(0, length));
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  json += '"';
  return json;
}

std::string to_json(const Message& message) {
  if (message.GetDescriptor() == google::protobuf::Timestamp::descriptor()) {
    return json_string(google::protobuf::util::TimeUtil::ToString(
        static_cast<const google::protobuf::Timestamp&>(message)));
  }
  const auto& type = *message.GetDescriptor();
  std::string members;
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldDescriptor& field = *type.field(i);
    if (field.has_presence() && !message.GetReflection()->HasField(message, &field)) continue;
    absl::StrAppend(&members, members.empty() ? "" : ",", "\"", field.name(),
                    "\":", field_json(message, field));
  }
  return absl::StrCat("{", members, "}");
}

JsonObject& JsonObject::add_raw(absl::string_view name, absl::string_view json) {
  absl::StrAppend(&members_, members_.empty() ? "" : ",", "\"", name, "\":", json);
  return *this;
}

JsonObject& JsonObject::add(absl::string_view name, absl::string_view text) {
  return add_raw(name, json_string(text));
}

JsonObject& JsonObject::add(absl::string_view name, const char* text) {
  return add(name, absl::string_view(text));
}

JsonObject& JsonObject::add(absl::string_view name, bool value) {
  return add_raw(name, value ? "true" : "false");
}

JsonObject& JsonObject::add(absl::string_view name, uint64_t value) {
  return add_raw(name, absl::StrCat(value));
}

JsonObject& JsonObject::add(absl::string_view name, const Message& message) {
  return add_raw(name, to_json(message));
}

JsonObject& JsonObject::add(absl::string_view name, const JsonObject& object) {
  return add_raw(name, absl::StrCat("{", object.members_, "}"));
}

std::string JsonObject::line() const { return absl::StrCat("{", members_, "}\n"); }

}  // namespace stepshake::cli
