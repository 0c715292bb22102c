#include "server/status.h"

#include <initializer_list>
#include <string>
#include <utility>

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kErrorInfoUrl = "type.googleapis.com/google.rpc.ErrorInfo";
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

grpc::Status to_grpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  details.add_details()->PackFrom(info_of(status));
  // absl's codes are gRPC's.
  return {static_cast<grpc::StatusCode>(status.code()), details.message(),
          details.SerializeAsString()};
}

}  // namespace stepshake::server
