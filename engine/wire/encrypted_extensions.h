// EncryptedExtensions (RFC 8446 4.3.1).
#pragma once

#include <optional>

#include "base/bytes.h"
#include "base/result.h"
#include "wire/code_points.h"
#include "wire/extensions.h"
#include "wire/server_answers.h"

namespace stepshake::wire {

struct EncryptedExtensions {
  static constexpr HandshakeType kType = HandshakeType::encrypted_extensions;

  ServerAnswers answers;
  std::optional<std::vector<NamedGroup>> supported_groups;
  bool early_data = false;
  // Filled in by decode: every extension as it stood on the wire; in a message made here, those beside the above.
  RawExtensions extensions;
};

Result<EncryptedExtensions> decode_encrypted_extensions(BytesView body);

// The body.
Bytes encode(const EncryptedExtensions& message);

}  // namespace stepshake::wire
