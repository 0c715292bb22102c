// TLS 1.3's records (RFC 8446 5.2 to 5.4). Private to record/.
#pragma once

#include "record/protection.h"

namespace stepshake::record {

// One record; the content fits. The sequence number is the caller's to move on.
void seal13(const Protection& keys, wire::ContentType type, BytesView content, std::size_t padding,
            Bytes& out);
Result<Plaintext> open13(const Protection& keys, const Record& record);

}  // namespace stepshake::record
