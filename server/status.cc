#include "server/status.h"

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kErrorInfoUrl = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr absl::string_view kRetryInfoUrl = "type.googleapis.com/google.rpc.RetryInfo";
constexpr char kField[] = "field";

absl::Status with_info(absl::Status status, const google::rpc::ErrorInfo& info) {
  status.SetPayload(kErrorInfoUrl, absl::Cord(info.SerializeAsString()));
  return status;
}

absl::Status refusal(absl::StatusCode code, absl::string_view reason, absl::string_view text,
                     std::initializer_list<std::pair<const char*, absl::string_view>> metadata) {
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(reason));
  info.set_domain(std::string(kErrorDomain));
  for (const auto& [key, value] : metadata) (*info.mutable_metadata())[key] = std::string(value);
  return with_info(absl::Status(code, text), info);
}

// How long to wait before the call is repeated.
absl::Status with_retry(absl::Status status) {
  google::rpc::RetryInfo retry;
  retry.mutable_retry_delay()->set_seconds(1);
  status.SetPayload(kRetryInfoUrl, absl::Cord(retry.SerializeAsString()));
  return status;
}

google::rpc::ErrorInfo info_of(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  const auto payload = status.GetPayload(kErrorInfoUrl);
  if (!payload || !info.ParseFromString(std::string(*payload))) {
    // Nothing in this server makes such an error; if something does, its caller is told what gRPC's
    // code says.
    info.set_reason(absl::StatusCodeToString(status.code()));
    info.set_domain(std::string(kErrorDomain));
  }
  return info;
}

}  // namespace

absl::Status invalid_field(absl::string_view field, absl::string_view text) {
  return refusal(absl::StatusCode::kInvalidArgument, "INVALID_FIELD",
                 absl::StrCat(field, ": ", text), {{kField, field}});
}

absl::Status within(absl::string_view parent, const absl::Status& status) {
  if (status.ok()) return status;
  google::rpc::ErrorInfo info = info_of(status);
  const auto field = info.mutable_metadata()->find(kField);
  if (field == info.mutable_metadata()->end()) return status;
  const bool named = status.message().substr(0, field->second.size()) == field->second;
  field->second = absl::StrCat(parent, ".", field->second);
  const std::string message =
      named ? absl::StrCat(parent, ".", status.message()) : std::string(status.message());
  return with_info(absl::Status(status.code(), message), info);
}

absl::Status no_such_session(absl::string_view name) {
  return refusal(
      absl::StatusCode::kNotFound, "SESSION_NOT_FOUND",
      absl::StrCat("there is no ", name,
                   ": it was deleted, or this server never had it; CreateSession makes one"),
      {{kField, "name"}, {"name", name}});
}

absl::Status session_elsewhere(absl::string_view name) {
  return refusal(
      absl::StatusCode::kNotFound, "SESSION_ELSEWHERE",
      absl::StrCat(
          name,
          " is not in this server's memory: another replica made it, or one that has ended since; "
          "go to that one, or let the replicas share a store (stepshaked's --redis)"),
      {{kField, "name"}, {"name", name}});
}

absl::Status input_has_ended() {
  return refusal(
      absl::StatusCode::kFailedPrecondition, "INPUT_ENDED",
      "input: an earlier step said end_of_input, so no more can come; send what the peer "
      "sent before its end of file in or before that step",
      {{kField, "input"}});
}

absl::Status no_early_data() {
  return refusal(
      absl::StatusCode::kFailedPrecondition, "NO_EARLY_DATA",
      "there is no 0-RTT data that the session has announced or accepted: leave early out", {});
}

absl::Status no_such_question(absl::string_view text) {
  return refusal(absl::StatusCode::kFailedPrecondition, "NO_SUCH_QUESTION", text, {});
}

absl::Status refused_format(absl::string_view text) {
  return refusal(absl::StatusCode::kFailedPrecondition, "WRONG_FORMAT", text, {});
}

absl::Status too_many_sessions(std::uint64_t limit) {
  return limit_reached({"TOO_MANY_SESSIONS", "--max-sessions", limit,
                        "too many sessions: delete some that are done with"});
}

absl::Status too_many_sessions_of_caller(std::uint64_t limit) {
  return limit_reached({"TOO_MANY_SESSIONS", "--max-sessions-per-caller", limit,
                        "too many sessions of this caller: delete some that are done with"});
}

absl::Status session_too_large(std::uint64_t limit) {
  return limit_reached({"SESSION_TOO_LARGE", "--max-session-bytes", limit,
                        "the session would take too much room: take its output, let calls consume "
                        "its input, or bring less at once"});
}

absl::Status no_such_step(std::uint64_t step, std::uint64_t steps) {
  return refusal(absl::StatusCode::kOutOfRange, "NO_SUCH_STEP",
                 absl::StrCat("step: is ", step, ", and the session has done ", steps),
                 {{kField, "step"}, {"step", absl::StrCat(steps)}});
}

absl::Status step_not_kept(std::uint64_t step) {
  return refusal(absl::StatusCode::kNotFound, "STEP_NOT_KEPT",
                 absl::StrCat("step: the session's history does not hold step ", step,
                              " (any more); SessionConfig.history_steps says how many it keeps"),
                 {{kField, "step"}});
}

absl::Status no_history(absl::string_view text) {
  return refusal(absl::StatusCode::kFailedPrecondition, "NO_HISTORY", text, {});
}

absl::Status step_mismatch(std::uint64_t steps, std::uint64_t expected) {
  return refusal(absl::StatusCode::kAborted, "STEP_MISMATCH",
                 absl::StrCat("expected_step: is ", expected, ", and the next step is ", steps + 1,
                              ": somebody else steps this session, or an answer was lost; look at "
                              "the session, and go on from there"),
                 {{kField, "expected_step"},
                  {"step", absl::StrCat(steps)},
                  {"expected_step", absl::StrCat(steps + 1)}});
}

absl::Status input_gap(std::uint64_t begin, std::uint64_t known) {
  return refusal(absl::StatusCode::kOutOfRange, "INPUT_GAP",
                 absl::StrCat("input_offset: is ", begin, ", and the session has the bytes before ",
                              known, ": send what lies between, too"),
                 {{kField, "input_offset"}, {"input_offset", absl::StrCat(known)}});
}

absl::Status output_out_of_range(std::uint64_t acknowledged, std::uint64_t begin,
                                 std::uint64_t end) {
  const bool gone = acknowledged < begin;
  return refusal(absl::StatusCode::kOutOfRange, gone ? "OUTPUT_GONE" : "OUTPUT_NOT_YET",
                 absl::StrCat("acknowledged_output_offset: is ", acknowledged,
                              ", and the output that is held is that from ", begin, " to ", end,
                              gone ? ": what lies before was acknowledged, or given out for good"
                                   : ": there is no more yet"),
                 {{kField, "acknowledged_output_offset"},
                  {"output_offset", absl::StrCat(begin)},
                  {"output_end", absl::StrCat(end)}});
}

absl::Status blocking_session() {
  return refusal(absl::StatusCode::kFailedPrecondition, "BLOCKING_SESSION",
                 "the session is a blocking one, whose calls wait: step it by Step or RunSession",
                 {});
}

absl::Status handshake_incomplete() {
  return refusal(absl::StatusCode::kFailedPrecondition, "HANDSHAKE_INCOMPLETE",
                 "the handshake is not complete, or has failed: step the session until "
                 "handshake_complete",
                 {});
}

absl::Status limit_reached(const LimitReached& what) {
  return refusal(absl::StatusCode::kResourceExhausted, what.reason,
                 absl::StrCat(what.text, " (stepshaked's ", what.flag, " is ", what.limit, ")"),
                 {{"flag", what.flag}, {"limit", absl::StrCat(what.limit)}});
}

absl::Status denied_by_policy(absl::string_view flag, absl::string_view field,
                              absl::string_view what_it_does) {
  return refusal(
      absl::StatusCode::kPermissionDenied, "DENIED_BY_POLICY",
      absl::StrCat(field, ": ", what_it_does, ", and this server does not allow that (", flag, ")"),
      {{kField, field}, {"flag", flag}});
}

absl::Status unauthenticated(absl::string_view reason, absl::string_view text) {
  return refusal(absl::StatusCode::kUnauthenticated, reason, text, {});
}

absl::Status call_too_long(absl::string_view flag, absl::Duration limit) {
  const std::string shown = absl::FormatDuration(limit);
  return refusal(absl::StatusCode::kDeadlineExceeded, "CALL_TOO_LONG",
                 absl::StrCat("the call took longer than a call may take (stepshaked's ", flag,
                              " is ", shown, "); the session is as it was"),
                 {{"flag", flag}, {"limit", shown}});
}

absl::Status store_unavailable(absl::string_view why) {
  return with_retry(refusal(absl::StatusCode::kUnavailable, "STORE_UNAVAILABLE",
                            absl::StrCat("the store of the sessions is out of reach (", why,
                                         "): repeat the call, a step with its request_id"),
                            {}));
}

absl::Status too_busy() {
  return with_retry(refusal(absl::StatusCode::kUnavailable, "TOO_BUSY",
                            "too much work waits for its turn: try again later", {}));
}

absl::Status shutting_down() {
  return refusal(absl::StatusCode::kUnavailable, "SHUTTING_DOWN",
                 "this server is shutting down: go to another one, or try again later", {});
}

std::string reason_of(const grpc::Status& status) {
  google::rpc::Status details;
  google::rpc::ErrorInfo info;
  if (!details.ParseFromString(status.error_details()) || details.details().empty() ||
      !details.details(0).UnpackTo(&info)) {
    return "";
  }
  return info.reason();
}

google::rpc::Status to_rpc(const absl::Status& status) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  details.add_details()->PackFrom(info_of(status));
  if (const auto retry = status.GetPayload(kRetryInfoUrl)) {
    google::protobuf::Any& any = *details.add_details();
    any.set_type_url(std::string(kRetryInfoUrl));
    any.set_value(std::string(*retry));
  }
  return details;
}

grpc::Status to_grpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  const google::rpc::Status details = to_rpc(status);
  // absl's codes are gRPC's.
  return {static_cast<grpc::StatusCode>(status.code()), details.message(),
          details.SerializeAsString()};
}

}  // namespace stepshake::server
