#include "server/record_codec.h"

#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/status.h"
#include "session/snapshot.h"
#include "wire/value_codec.h"

namespace stepshake::server {
namespace {

// Raised whenever what is beside the engine's state changes.
constexpr std::uint16_t kRecordFormat = 1;

// A record beside its stepped connection, as it is written.
struct Beside {
  std::string config;  // its key
  std::string owner;
  std::uint64_t steps = 0;
  std::optional<std::uint64_t> failed_in_step;
  std::int64_t create_time = 0;  // nanoseconds since 1970
  std::int64_t update_time = 0;
  std::int64_t end_of_life = 0;
  std::int64_t expire_time = 0;
  Flow flow;
  std::optional<LastRequest> last_request;
  std::vector<std::uint32_t> history;
};
STEPSHAKE_FIELDS(Beside, config, owner, steps, failed_in_step, create_time, update_time,
                 end_of_life, expire_time, flow, last_request, history)

std::int64_t nanoseconds(absl::Time time) { return absl::ToUnixNanos(time); }

absl::Time time_of(std::int64_t nanoseconds) {
  return nanoseconds == std::numeric_limits<std::int64_t>::max() ? absl::InfiniteFuture()
                                                                 : absl::FromUnixNanos(nanoseconds);
}

// The binding names every member: one that is added and not written does not compile.
Beside beside(const SessionRecord& record) {
  const auto& [stepped, config, owner, steps, failed_in_step, create_time, update_time, end_of_life,
               expire_time, flow, last_request, history, generation] = record;
  static_cast<void>(stepped);
  static_cast<void>(generation);
  return {config ? config->key : std::string(),
          owner,
          steps,
          failed_in_step,
          nanoseconds(create_time),
          nanoseconds(update_time),
          nanoseconds(end_of_life),
          nanoseconds(expire_time),
          flow,
          last_request,
          history};
}

// Secrets pass through the writer's buffer: it has room from the first, so that it leaves no copies as it grows, and is
// wiped.
constexpr std::size_t kRoom = 16'384;

template <class... Values>
Secret encode_values(const Values&... values) {
  wire::Writer writer(kRoom);
  writer.u16(kRecordFormat).u16(session::kSnapshotFormat);
  wire::Encoder encoder(writer);
  (encoder.put(values), ...);
  Secret bytes(writer.written());
  Bytes used = writer.take();
  explicit_bzero(used.data(), used.size());
  return bytes;
}

absl::Status wrong_format() {
  return refused_format("the session was kept by another version of the service");
}

template <class... Values>
absl::Status decode_values(BytesView bytes, Values&... values) {
  std::uint16_t format = 0;
  std::uint16_t snapshot_format = 0;
  wire::Decoder decoder(bytes);
  const bool known = decoder.get(format).ok() && decoder.get(snapshot_format).ok() &&
                     format == kRecordFormat && snapshot_format == session::kSnapshotFormat;
  const bool read = known && (decoder.get(values).ok() && ...) && decoder.expect_end().ok();
  return read ? absl::OkStatus() : wrong_format();
}

}  // namespace

Secret encode(const SessionRecord& record) { return encode_values(record.stepped, beside(record)); }

absl::StatusOr<SessionRecord> decode_record(BytesView bytes, FindConfig find_config) {
  SessionRecord record;
  Beside read;
  if (auto status = decode_values(bytes, record.stepped, read); !status.ok()) return status;
  auto config = find_config(read.config);
  if (!config.ok()) return config.status();
  record.config = *std::move(config);
  record.owner = std::move(read.owner);
  record.steps = read.steps;
  record.failed_in_step = read.failed_in_step;
  record.create_time = time_of(read.create_time);
  record.update_time = time_of(read.update_time);
  record.end_of_life = time_of(read.end_of_life);
  record.expire_time = time_of(read.expire_time);
  record.flow = read.flow;
  record.last_request = std::move(read.last_request);
  record.history = std::move(read.history);
  return record;
}

Secret encode(const RecordedStep& step) { return encode_values(step); }

absl::StatusOr<RecordedStep> decode_step(BytesView bytes) {
  RecordedStep step;
  if (auto status = decode_values(bytes, step); !status.ok()) return status;
  return step;
}

}  // namespace stepshake::server
