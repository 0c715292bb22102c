#include "server/reception.h"

#include "absl/status/status.h"
#include "absl/time/clock.h"
#include "server/request_id.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// absl's codes are gRPC's.
absl::StatusCode code_of(const grpc::Status& status) {
  return static_cast<absl::StatusCode>(status.error_code());
}

}  // namespace

absl::Status Reception::let_in(grpc::CallbackServerContext& context, Kind kind,
                               Call::Inside& inside) {
  auto name = authenticator_.identify(context);
  if (!name.ok()) return name.status();
  inside.caller.name = *std::move(name);
  if (kind == Kind::unary) return absl::OkStatus();
  if (auto status = streams_.take(inside.caller.name); !status.ok()) return status;
  inside.streams = &streams_;
  return absl::OkStatus();
}

absl::StatusOr<Reception::Call> Reception::enter(grpc::CallbackServerContext& context,
                                                 absl::string_view method, Kind kind) {
  Caller caller{"", request_id_of(context)};
  context.AddInitialMetadata(kRequestIdKey, caller.request_id);
  auto place = calls_.enter();
  if (!place.ok()) {
    count(method, caller, to_grpc(place.status()));
    return place.status();
  }
  auto inside = std::make_unique<Call::Inside>(*this, *std::move(place));
  inside->caller = std::move(caller);
  inside->method = method;
  if (auto status = let_in(context, kind, *inside); !status.ok()) {
    count(method, inside->caller, to_grpc(status));
    return status;
  }
  inside->max_time = limits_.max_call_time;
  const absl::Time most = absl::Now() + limits_.max_call_time;
  inside->end = most < absl::FromChrono(context.deadline()) ? most : absl::InfiniteFuture();
  return Call(std::move(inside));
}

void Reception::count(absl::string_view method, const Caller& caller, const grpc::Status& status) {
  metrics_.call_ended(method, code_of(status));
  tell(method, caller, status, {Log::Level::info, "call refused"});
}

void Reception::tell(absl::string_view method, const Caller& caller, const grpc::Status& status,
                     const LogLine& refusal) {
  const std::string reason = status.ok() ? "" : reason_of(status);
  if (!reason.empty()) metrics_.call_refused(reason);
  const LogLine line = reason.empty() ? LogLine{Log::Level::debug, "call"} : refusal;
  if (!log_.tells(line.level)) return;
  log_.tell(line.level, line.message,
            LogFields()
                .add("method", method)
                .add("code", absl::StatusCodeToString(code_of(status)))
                .add_if("reason", reason)
                .add_if("caller", caller.name)
                .add("request", caller.request_id)
                .add_if("text", reason.empty() ? "" : status.error_message()));
}

const grpc::Status& Reception::Call::ends(const grpc::Status& status) {
  inside_->reception.count(inside_->method, inside_->caller, status);
  return status;
}

void Reception::Call::refuses_step(const grpc::Status& status) {
  inside_->reception.tell(inside_->method, inside_->caller, status,
                          {Log::Level::debug, "step refused"});
}

void Reception::Call::limit_time(std::function<void(const absl::Status&)> stop) {
  if (inside_->end == absl::InfiniteFuture()) return;  // gRPC cancels it at the caller's deadline
  inside_->alarm.emplace().Set(absl::ToChronoTime(inside_->end),
                               [stop = std::move(stop), limit = inside_->max_time](bool over) {
                                 if (over) stop(call_too_long("--max-call-time", limit));
                               });
}

}  // namespace stepshake::server
