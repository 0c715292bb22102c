// Checks of requests that need nothing but the request. Each error names the field and says what
// would be right.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/limits.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// "sessions/{id}" -> id, a view into `name`.
absl::StatusOr<absl::string_view> session_id(absl::string_view name);
std::string session_name(absl::string_view id);

// The fields fit the call. The name is not looked at.
absl::Status check_step(const v1::StepRequest& request);

absl::Status check_export(const v1::ExportKeyingMaterialRequest& request);

// From the request's ttl; without one, the longest there is.
absl::StatusOr<absl::Duration> session_lifetime(const v1::CreateSessionRequest& request,
                                                const Limits& limits);
absl::StatusOr<absl::Duration> session_lifetime(bool has_ttl,
                                                const google::protobuf::Duration& given,
                                                const Limits& limits);

// 0: the default; more than there may be: as many as there may be.
absl::StatusOr<std::size_t> page_size(const v1::ListSessionsRequest& request);
absl::StatusOr<std::size_t> page_size(std::int32_t wanted);

}  // namespace stepshake::server
