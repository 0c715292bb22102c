// What a description is made of: a tree of named fields.
#pragma once

#include <string>
#include <vector>

#include "base/bytes.h"

namespace stepshake::describe {

struct Field {
  // The RFC's name: "legacy_version", "client_shares"; of an element its type's ("CipherSuite", "KeyShareEntry"),
  // of an extension the registry's ("server_name"; "GREASE"; "extension_0x1234" where there is none).
  std::string name;
  // How a reader would say it, printable ASCII alone: "0x0303", "TLS_AES_128_GCM_SHA256 (0x1301)", "x25519",
  // "example.org"; empty for a structure or a list.
  std::string value;
  // The bytes as on the wire, without the length before them. Of an extension: its extension_data.
  Bytes raw;
  // Members or elements, in the order of the wire.
  std::vector<Field> fields;
};

// The field that says where and why the parse ended; the bytes that it did not take are its raw.
inline constexpr const char* kMalformed = "malformed";

}  // namespace stepshake::describe
