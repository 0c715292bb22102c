// A session as bytes, at any point of a handshake. The bytes hold its secrets: whoever stores them seals them.
#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "session/session.h"

namespace stepshake::session {

// Raised whenever a struct in a snapshot changes; another number is refused.
inline constexpr std::uint16_t kSnapshotFormat = 5;

// The header of every snapshot: magic, format, kind, and the length and checksum of what follows.
enum class SnapshotKind : std::uint8_t { session = 1, stepped_connection = 2 };
Bytes with_snapshot_header(SnapshotKind kind, BytesView body);
// The body; decode_error where the header is not the kind's, or the length is not the header's.
Result<BytesView> check_snapshot_header(SnapshotKind kind, BytesView bytes);

Bytes snapshot(const Session& session);

// decode_error says what is wrong with the bytes. That the configuration fits is the caller's to check: its digest
// is the session's `config`.
Result<Session> restore(BytesView bytes);

}  // namespace stepshake::session
