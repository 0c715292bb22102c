// The records of the suites with a MAC: CBC and NULL ciphers (RFC 5246 6.2.3.1 and 6.2.3.2, RFC 2246 6.2.3.2, RFC 7366).
// Private to record/.
#pragma once

#include <optional>

#include "crypto/cipher_suite12.h"
#include "record/protection.h"

namespace stepshake::record {

void seal_with_mac(Protection& keys, const crypto::Suite12Facts& facts, wire::ContentType type,
                   BytesView content, Bytes& out);

// The content, or nothing where MAC or padding is wrong: which of them, neither the answer nor the work tells.
std::optional<Bytes> open_with_mac(Protection& keys, const crypto::Suite12Facts& facts,
                                   const Record& record);

}  // namespace stepshake::record
