// ChangeCipherSpec (RFC 5246 7.1): no handshake message but a record of its own type, which in TLS 1.2 and older says
// that all records after it are under the keys just agreed on.
#pragma once

namespace stepshake::wire {

struct ChangeCipherSpec {};

}  // namespace stepshake::wire
