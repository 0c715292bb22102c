#include "server/reception.h"

#include "absl/time/clock.h"
#include "server/status.h"

namespace stepshake::server {

absl::StatusOr<Reception::Call> Reception::enter(grpc::CallbackServerContext& context, Kind kind) {
  auto place = calls_.enter();
  if (!place.ok()) return place.status();
  auto inside = std::make_unique<Call::Inside>(*std::move(place));
  if (kind == Kind::stream) {
    if (auto status = streams_.take(inside->caller.name); !status.ok()) return status;
    inside->streams = &streams_;
  }
  inside->max_time = limits_.max_call_time;
  const absl::Time most = absl::Now() + limits_.max_call_time;
  inside->end = most < absl::FromChrono(context.deadline()) ? most : absl::InfiniteFuture();
  return Call(std::move(inside));
}

void Reception::Call::limit_time(std::function<void(const absl::Status&)> stop) {
  if (inside_->end == absl::InfiniteFuture()) return;  // gRPC cancels it at the caller's deadline
  inside_->alarm.Set(absl::ToChronoTime(inside_->end),
                     [stop = std::move(stop), limit = inside_->max_time](bool over) {
                       if (over) stop(call_too_long("--max-call-time", limit));
                     });
}

}  // namespace stepshake::server
