// The records of TLS 1.2 and before (RFC 5246 6.2.3) in each kind of cipher. Private to record/.
#pragma once

#include "record/protection.h"

namespace stepshake::record {

// One record; the content fits. The sequence number is the caller's to move on.
void seal12(Protection& keys, wire::ContentType type, BytesView content, Bytes& out);
Result<Plaintext> open12(Protection& keys, const Record& record);

}  // namespace stepshake::record
