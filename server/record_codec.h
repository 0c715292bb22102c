// Records and steps of their history as bytes: how a session waits between its steps, in memory or in a store. Not
// sealed: that is for whoever lets them out of the process.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "base/secret.h"
#include "server/session_record.h"

namespace stepshake::server {

// The configuration goes along as its key alone.
Secret encode(const SessionRecord& record);

// How many bytes that would be.
std::size_t encoded_size(const SessionRecord& record);

using FindConfig =
    absl::FunctionRef<absl::StatusOr<std::shared_ptr<const SharedConfig>>(const std::string& key)>;

// FAILED_PRECONDITION, reason WRONG_FORMAT, for what another version of the service has written. `generation` is left 0.
absl::StatusOr<SessionRecord> decode_record(BytesView bytes, FindConfig find_config);

Secret encode(const RecordedStep& step);
absl::StatusOr<RecordedStep> decode_step(BytesView bytes);

}  // namespace stepshake::server
