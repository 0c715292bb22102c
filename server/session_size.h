// How much a session holds that its caller and its peer have brought.
#pragma once

#include <cstddef>

#include "server/session_store.h"

namespace stepshake::server {

// Bytes pending both ways, parts of records and messages, the handshake's messages, application data not yet read, the
// peer's certificates and tickets. The configuration is not counted: it has a limit of its own.
std::size_t held_bytes(const SessionRecord& record);

}  // namespace stepshake::server
