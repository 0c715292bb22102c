#include "server/record_codec.h"

#include <array>
#include <limits>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/status.h"
#include "session/snapshot.h"
#include "wire/value_codec.h"

namespace stepshake::server {
namespace {

// Raised whenever what is beside the engine's state changes.
constexpr std::uint16_t kRecordFormat = 1;

std::int64_t nanoseconds(absl::Time time) { return absl::ToUnixNanos(time); }

absl::Time time_of(std::int64_t nanoseconds) {
  return nanoseconds == std::numeric_limits<std::int64_t>::max() ? absl::InfiniteFuture()
                                                                 : absl::FromUnixNanos(nanoseconds);
}

template <class Output>
wire::Encoder<Output> begin_encoding(Output& output) {
  wire::Encoder encoder(output);
  encoder.put(kRecordFormat);
  encoder.put(session::kSnapshotFormat);
  return encoder;
}

// The binding names every member: one that is added and not written does not compile.
template <class Output>
void put(const SessionRecord& record, Output& output) {
  const auto& [stepped, config, owner, steps, failed_in_step, create_time, update_time, end_of_life,
               expire_time, flow, last_request, history, generation] = record;
  static_cast<void>(generation);
  wire::Encoder encoder = begin_encoding(output);
  encoder.put(stepped);
  static const std::string no_key;
  encoder.put(config ? config->key : no_key);
  encoder.put(owner);
  encoder.put(steps);
  encoder.put(failed_in_step);
  for (const absl::Time time : {create_time, update_time, end_of_life, expire_time}) {
    encoder.put(nanoseconds(time));
  }
  encoder.put(flow);
  encoder.put(last_request);
  encoder.put(history);
}

template <class Output>
void put(const RecordedStep& step, Output& output) {
  begin_encoding(output).put(step);
}

// Secrets pass through the writer's buffer: it has room from the first, so that it leaves no copies as it grows, and is
// wiped.
constexpr std::size_t kRoom = 16'384;

template <class Value>
Secret encode_value(const Value& value) {
  wire::Writer writer(kRoom);
  put(value, writer);
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

Secret encode(const SessionRecord& record) { return encode_value(record); }

std::size_t encoded_size(const SessionRecord& record) {
  wire::ByteCounter counter;
  put(record, counter);
  return counter.count();
}

absl::StatusOr<SessionRecord> decode_record(BytesView bytes, FindConfig find_config) {
  SessionRecord record;
  std::string key;
  std::array<std::int64_t, 4> times{};
  auto& [create_time, update_time, end_of_life, expire_time] = times;
  if (auto status = decode_values(bytes, record.stepped, key, record.owner, record.steps,
                                  record.failed_in_step, create_time, update_time, end_of_life,
                                  expire_time, record.flow, record.last_request, record.history);
      !status.ok()) {
    return status;
  }
  auto config = find_config(key);
  if (!config.ok()) return config.status();
  record.config = *std::move(config);
  record.create_time = time_of(create_time);
  record.update_time = time_of(update_time);
  record.end_of_life = time_of(end_of_life);
  record.expire_time = time_of(expire_time);
  return record;
}

Secret encode(const RecordedStep& step) { return encode_value(step); }

absl::StatusOr<RecordedStep> decode_step(BytesView bytes) {
  RecordedStep step;
  if (auto status = decode_values(bytes, step); !status.ok()) return status;
  return step;
}

}  // namespace stepshake::server
