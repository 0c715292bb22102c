// A stepped connection as bytes: session/snapshot.h with the bytes on their way.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "connection/step.h"

namespace stepshake::connection {

Bytes snapshot(const Stepped& stepped);

// As session::restore.
Result<Stepped> restore(BytesView bytes);

}  // namespace stepshake::connection
