#include "server/check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

constexpr absl::string_view kCollection = "sessions/";

}  // namespace

absl::StatusOr<absl::string_view> session_id(absl::string_view name) {
  absl::string_view id = name;
  if (name.empty()) {
    return invalid_field("name", "is empty; it must be a session's name, \"sessions/{id}\"");
  }
  if (!absl::ConsumePrefix(&id, kCollection) || id.empty() || id.find('/') != id.npos) {
    return invalid_field("name",
                         "must be \"sessions/{id}\", as CreateSession and ListSessions give it");
  }
  return id;
}

std::string session_name(absl::string_view id) { return absl::StrCat(kCollection, id); }

absl::Status check_step(const v1::StepRequest& request) {
  if (!v1::Call_IsValid(request.call())) {
    return invalid_field("call", absl::StrCat("there is no call ", static_cast<int>(request.call()),
                                              "; the enum Call lists what there is"));
  }
  const bool writes =
      request.call() == v1::CALL_WRITE || request.call() == v1::CALL_WRITE_EARLY_DATA;
  const bool reads = request.call() == v1::CALL_READ || request.call() == v1::CALL_READ_EARLY_DATA;
  if (writes && request.data().empty()) {
    return invalid_field("data", absl::StrCat(v1::Call_Name(request.call()),
                                              " needs at least 1 byte of application data"));
  }
  if (!writes && !request.data().empty()) {
    return invalid_field("data", absl::StrCat("is for calls that write, and the call is ",
                                              v1::Call_Name(request.call()),
                                              "; bytes from the peer belong into input"));
  }
  if (request.read_limit() != 0 && !reads) {
    return invalid_field("read_limit", absl::StrCat("is for calls that read, and the call is ",
                                                    v1::Call_Name(request.call())));
  }
  if (request.request_id().size() > kMaxRequestIdBytes) {
    return invalid_field("request_id",
                         absl::StrCat("must have at most ", kMaxRequestIdBytes, " bytes, and has ",
                                      request.request_id().size()));
  }
  if (request.read_limit() > kMaxReadLimit) {
    return invalid_field("read_limit",
                         absl::StrCat("must be 1 to ", kMaxReadLimit, ", or 0 for ", kMaxReadLimit,
                                      ", and is ", request.read_limit()));
  }
  return absl::OkStatus();
}

absl::Status check_export(const v1::ExportKeyingMaterialRequest& request) {
  // RFC 8446 7.1: the label's length is one byte, with "tls13 " before it.
  if (request.label().empty() || request.label().size() > 249) {
    return invalid_field("label", "must have 1 to 249 bytes");
  }
  // RFC 5869 2.3: 255 blocks, of SHA-256's size.
  if (request.length() < 1 || request.length() > 255 * 32) {
    return invalid_field("length", "must be 1 to 8160 bytes");
  }
  if (request.no_context() && !request.context().empty()) {
    return invalid_field("no_context", "does not go with a context");
  }
  return absl::OkStatus();
}

absl::StatusOr<absl::Duration> session_lifetime(const v1::CreateSessionRequest& request,
                                                const Limits& limits) {
  return session_lifetime(request.has_ttl(), request.ttl(), limits);
}

absl::StatusOr<absl::Duration> session_lifetime(bool has_ttl,
                                                const google::protobuf::Duration& given,
                                                const Limits& limits) {
  if (!has_ttl) return limits.max_lifetime;
  const absl::Duration ttl = absl::Seconds(given.seconds()) + absl::Nanoseconds(given.nanos());
  if (ttl <= absl::ZeroDuration()) return invalid_field("ttl", "must be more than 0");
  if (ttl > limits.max_lifetime) {
    const auto seconds = static_cast<std::uint64_t>(absl::ToInt64Seconds(limits.max_lifetime));
    return limit_reached({"TTL_TOO_LONG", "--max-lifetime", seconds,
                          "ttl: is longer than a session may be there, in seconds"});
  }
  return ttl;
}

absl::StatusOr<std::size_t> page_size(const v1::ListSessionsRequest& request) {
  return page_size(request.page_size());
}

absl::StatusOr<std::size_t> page_size(std::int32_t wanted) {
  if (wanted < 0) {
    return invalid_field("page_size", absl::StrCat("must not be negative, and is ", wanted,
                                                   "; 0 means ", kDefaultPageSize));
  }
  if (wanted == 0) return kDefaultPageSize;
  return std::min(wanted, kMaxPageSize);
}

}  // namespace stepshake::server
