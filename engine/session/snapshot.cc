#include "session/snapshot.h"

#include "crypto/hash.h"
#include "wire/value_codec.h"

namespace stepshake::session {
namespace {

constexpr std::string_view kMagic = "STPS";

// Against accidents, not against malice: sealing a snapshot is for whoever stores it.
constexpr std::size_t kChecksumSize = 8;
Bytes checksum(BytesView body) {
  Bytes digest = crypto::hash(crypto::HashAlgorithm::sha256, {body});
  digest.resize(kChecksumSize);
  return digest;
}

Failure not_a_snapshot(std::string detail) {
  return fail(Reason::decode_error, "snapshot: " + std::move(detail));
}

}  // namespace

Bytes with_snapshot_header(SnapshotKind kind, BytesView body) {
  wire::Writer writer;
  writer.bytes(view_of(kMagic))
      .u16(kSnapshotFormat)
      .u8(static_cast<std::size_t>(kind))
      .u32(body.size())
      .bytes(checksum(body))
      .bytes(body);
  return writer.take();
}

Result<BytesView> check_snapshot_header(SnapshotKind kind, BytesView bytes) {
  wire::Reader reader(bytes);
  const auto magic = reader.bytes(kMagic.size(), "the magic");
  if (!magic || text_of(*magic) != kMagic) return not_a_snapshot("it does not begin as one");
  const auto format = reader.u16("the format");
  if (!format) return not_a_snapshot("it is cut short in the header");
  if (*format != kSnapshotFormat) {
    return not_a_snapshot("format " + std::to_string(*format) + ", this build reads " +
                          std::to_string(kSnapshotFormat));
  }
  const auto found_kind = reader.u8("the kind");
  const auto size = reader.u32("the length");
  const auto sum = reader.bytes(kChecksumSize, "the checksum");
  if (!found_kind || !size || !sum) return not_a_snapshot("it is cut short in the header");
  if (*found_kind != static_cast<std::uint8_t>(kind)) {
    return not_a_snapshot("it is of kind " + std::to_string(*found_kind));
  }
  if (reader.rest().size() != *size) {
    return not_a_snapshot("it has " + std::to_string(reader.rest().size()) + " bytes of " +
                          std::to_string(*size));
  }
  if (!same(checksum(reader.rest()), *sum)) return not_a_snapshot("its bytes have changed");
  return reader.rest();
}

Bytes snapshot(const Session& session) {
  wire::Writer writer;
  wire::Encoder(writer).put(session);
  return with_snapshot_header(SnapshotKind::session, writer.written());
}

Result<Session> restore(BytesView bytes) {
  TRY_ASSIGN(const BytesView body, check_snapshot_header(SnapshotKind::session, bytes));
  Session session;
  wire::Decoder decoder(body);
  TRY(decoder.get(session));
  TRY(decoder.expect_end());
  return session;
}

}  // namespace stepshake::session
