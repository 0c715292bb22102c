#include "connection/snapshot.h"

#include "session/snapshot.h"
#include "wire/value_codec.h"

namespace stepshake::connection {

Bytes snapshot(const Stepped& stepped) {
  wire::Writer writer;
  wire::Encoder(writer).put(stepped);
  return session::with_snapshot_header(session::SnapshotKind::stepped_connection, writer.written());
}

Result<Stepped> restore(BytesView bytes) {
  TRY_ASSIGN(const BytesView body,
             session::check_snapshot_header(session::SnapshotKind::stepped_connection, bytes));
  Stepped stepped;
  wire::Decoder decoder(body);
  TRY(decoder.get(stepped));
  TRY(decoder.expect_end());
  return stepped;
}

}  // namespace stepshake::connection
