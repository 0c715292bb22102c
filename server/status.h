// Why a call is refused, and the one map to gRPC's status. Above the engine an error is an
// absl::Status that carries google.rpc.ErrorInfo as a payload; only what misuses the service is an
// error, never a handshake that fails.
#pragma once

#include <grpcpp/support/status.h>

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/rpc/status.pb.h"

namespace stepshake::server {

inline constexpr absl::string_view kErrorDomain = "stepshake.v1";

// INVALID_ARGUMENT, reason INVALID_FIELD. `field` is the request's path to what is wrong
// ("cipher_suites[1]").
absl::Status invalid_field(absl::string_view field, absl::string_view text);

// The same error, blamed on a field of the message `parent` ("config" makes it
// "config.cipher_suites[1]").
absl::Status within(absl::string_view parent, const absl::Status& status);

// NOT_FOUND, reason SESSION_NOT_FOUND.
absl::Status no_such_session(absl::string_view name);

// NOT_FOUND, reason SESSION_ELSEWHERE.
absl::Status session_elsewhere(absl::string_view name);

// FAILED_PRECONDITION, reason INPUT_ENDED.
absl::Status input_has_ended();

// FAILED_PRECONDITION, reason NO_EARLY_DATA.
absl::Status no_early_data();

// FAILED_PRECONDITION, reason NO_SUCH_QUESTION.
absl::Status no_such_question(absl::string_view text);

// FAILED_PRECONDITION, reason WRONG_FORMAT.
absl::Status refused_format(absl::string_view text);

// RESOURCE_EXHAUSTED, reason TOO_MANY_SESSIONS or SESSION_TOO_LARGE.
absl::Status too_many_sessions(std::uint64_t limit);
absl::Status too_many_sessions_of_caller(std::uint64_t limit);
absl::Status session_too_large(std::uint64_t limit);

// OUT_OF_RANGE, reason NO_SUCH_STEP: the session has done `steps`. NOT_FOUND, reason STEP_NOT_KEPT.
absl::Status no_such_step(std::uint64_t step, std::uint64_t steps);
absl::Status step_not_kept(std::uint64_t step);
// FAILED_PRECONDITION, reason NO_HISTORY.
absl::Status no_history(absl::string_view text);

// ABORTED, reason STEP_MISMATCH: `steps` are done, and the caller expected to do `expected`.
absl::Status step_mismatch(std::uint64_t steps, std::uint64_t expected);

// OUT_OF_RANGE, reason INPUT_GAP: input begins at `begin`, and `known` bytes have been brought.
absl::Status input_gap(std::uint64_t begin, std::uint64_t known);

// OUT_OF_RANGE, reason OUTPUT_GONE or OUTPUT_NOT_YET: what is held is [begin, end).
absl::Status output_out_of_range(std::uint64_t acknowledged, std::uint64_t begin,
                                 std::uint64_t end);

// FAILED_PRECONDITION, reason BLOCKING_SESSION.
absl::Status blocking_session();

// FAILED_PRECONDITION, reason HANDSHAKE_INCOMPLETE.
absl::Status handshake_incomplete();

// RESOURCE_EXHAUSTED; the metadata says which flag of the server sets the limit, and to what.
struct LimitReached {
  absl::string_view reason;  // UPPER_SNAKE
  absl::string_view flag;    // "--max-sessions"
  std::uint64_t limit = 0;
  absl::string_view text;  // what was too much, and what to do
};
absl::Status limit_reached(const LimitReached& what);

// PERMISSION_DENIED, reason DENIED_BY_POLICY; the metadata says which flag of the server would allow it.
absl::Status denied_by_policy(absl::string_view flag, absl::string_view field,
                              absl::string_view what_it_does);

// UNAUTHENTICATED. Reason NO_CREDENTIALS or BAD_TOKEN.
absl::Status unauthenticated(absl::string_view reason, absl::string_view text);

// DEADLINE_EXCEEDED, reason CALL_TOO_LONG: it took longer than the server lets a call take.
absl::Status call_too_long(absl::string_view flag, absl::Duration limit);

// UNAVAILABLE, reason STORE_UNAVAILABLE or TOO_BUSY, with google.rpc.RetryInfo.
absl::Status store_unavailable(absl::string_view why);
absl::Status too_busy();

// UNAVAILABLE, reason SHUTTING_DOWN.
absl::Status shutting_down();

// ErrorInfo.reason of an error that to_grpc() made; empty where there is none.
std::string reason_of(const grpc::Status& status);

// An error with its ErrorInfo.
google::rpc::Status to_rpc(const absl::Status& status);

// The status with that in grpc-status-details-bin.
grpc::Status to_grpc(const absl::Status& status);

}  // namespace stepshake::server
