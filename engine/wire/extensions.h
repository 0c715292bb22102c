// The extension block of a message, and the table of which extension may stand in which message (RFC 8446 4.2).
#pragma once

#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/fields.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {

struct RawExtension {
  ExtensionType type{};
  Bytes data;
};
STEPSHAKE_FIELDS(RawExtension, type, data)

// In the order of the wire.
using RawExtensions = std::vector<RawExtension>;

// One in a message that is being decoded.
struct ExtensionView {
  ExtensionType type{};
  BytesView data;
};

// Messages that carry extensions; the letters of RFC 8446 4.2's table. A bit each.
enum class Place : std::uint8_t {
  client_hello = 1,
  server_hello = 2,
  encrypted_extensions = 4,
  certificate = 8,
  certificate_request = 16,
  new_session_ticket = 32,
  hello_retry_request = 64,
  server_hello12 = 128,  // of TLS 1.2 and older
};

// Reads Extension extensions<least..2^16-1>. A type that comes twice is duplicate_extension. The first form's data is the
// reader's.
Result<std::vector<ExtensionView>> view_extensions(Reader& reader, std::size_t least = 0);
Result<RawExtensions> decode_extensions(Reader& reader, std::size_t least = 0);

void encode_extensions(Writer& writer, const RawExtensions& extensions);

// RFC 8446 4.2: an extension that we know and that is not specified for this message is illegal_parameter.
Result<void> check_places(const RawExtensions& extensions, Place place);
Result<void> check_places(const std::vector<ExtensionType>& types, Place place);

// RFC 8446 4.2: an extension in an answer that the request did not have is unsupported_extension.
Result<void> check_solicited(const RawExtensions& extensions,
                             const std::vector<ExtensionType>& offered, Place place);

const RawExtension* find(const RawExtensions& extensions, ExtensionType type);

}  // namespace stepshake::wire
