// What makes a step safe to repeat: its number, its request's id, and the offsets of its bytes. A request that has none
// of them is a step as it comes.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "base/bytes.h"
#include "server/session_record.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// Tells one request with an id from another one with the same id. Empty where there is no id.
std::string request_digest(const v1::StepRequest& request);

// The request is the session's last one over again: its answer is then in `response`, and nothing is to be done.
// INVALID_ARGUMENT where only the id is the same.
absl::StatusOr<bool> answer_again(const v1::StepRequest& request, const SessionRecord& record,
                                  v1::StepResponse& response);

// ABORTED where the step would have another number than the caller expects.
absl::Status check_number(const v1::StepRequest& request, const SessionRecord& record);

// What of the input the session has not been brought yet. OUT_OF_RANGE where something is missing before it.
absl::StatusOr<BytesView> new_input(const v1::StepRequest& request, const SessionRecord& record);

// Forgets what the caller says that it has. OUT_OF_RANGE where that is not held any more, or not there yet.
absl::Status acknowledge(const v1::StepRequest& request, SessionRecord& record);

// Puts the output that is held into the answer; keeps it where the caller acknowledges output.
void give_output(const v1::StepRequest& request, SessionRecord& record, v1::StepResponse& response);

// Keeps the answer of a request that has an id, so that answer_again finds it; forgets the one before.
void keep_answer(const v1::StepRequest& request, const std::string& digest,
                 const v1::StepResponse& response, SessionRecord& record);

}  // namespace stepshake::server
