#include "wire/encrypted_extensions.h"

#include "wire/extension_bodies.h"
#include "wire/reader.h"
#include "wire/writer.h"

namespace stepshake::wire {
namespace {

using enum ExtensionType;

Result<void> decode_one(const RawExtension& raw, EncryptedExtensions& into) {
  switch (raw.type) {
    case server_name: into.server_name = true; return decode_empty(raw.data, raw.type);
    case early_data: into.early_data = true; return decode_empty(raw.data, raw.type);
    case supported_groups: {
      TRY_ASSIGN(into.supported_groups, decode_list16<NamedGroup>(raw.data, raw.type));
      return {};
    }
    case application_layer_protocol_negotiation: {
      TRY_ASSIGN(into.alpn, decode_alpn_choice(raw.data));
      return {};
    }
    default: return {};
  }
}

}  // namespace

Result<EncryptedExtensions> decode_encrypted_extensions(BytesView body) {
  Reader reader(body);
  EncryptedExtensions message;
  TRY_ASSIGN(message.extensions, decode_extensions(reader));
  TRY(reader.expect_end("EncryptedExtensions"));
  for (const auto& extension : message.extensions) TRY(decode_one(extension, message));
  return message;
}

Bytes encode(const EncryptedExtensions& message) {
  RawExtensions raw;
  if (message.server_name) raw.push_back({server_name, {}});
  if (message.supported_groups) {
    raw.push_back({supported_groups, encode_list16(*message.supported_groups)});
  }
  if (message.alpn) {
    raw.push_back({application_layer_protocol_negotiation, encode_alpn({*message.alpn})});
  }
  if (message.early_data) raw.push_back({early_data, {}});
  for (const auto& other : message.extensions) raw.push_back(other);
  Writer writer;
  encode_extensions(writer, raw);
  return writer.take();
}

}  // namespace stepshake::wire
