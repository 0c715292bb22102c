#include "connection/snapshot.h"

#include "session/snapshot.h"

namespace stepshake::connection {

Bytes snapshot(const Stepped& stepped) {
  wire::Writer writer;
  session::Encoder(writer).put(stepped);
  return session::with_snapshot_header(session::SnapshotKind::stepped_connection,
                                       writer.written());
}

Result<Stepped> restore(BytesView bytes) {
  TRY_ASSIGN(const BytesView body, session::check_snapshot_header(
                                       session::SnapshotKind::stepped_connection, bytes));
  Stepped stepped;
  session::Decoder decoder(body);
  TRY(decoder.get(stepped));
  TRY(decoder.expect_end());
  return stepped;
}

}  // namespace stepshake::connection
