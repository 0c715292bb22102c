#include "server/watch_stream.h"

#include <utility>

#include "server/check.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// Ends a watch that was not let in.
class RefusedWatch final : public grpc::ServerWriteReactor<v1::WatchSessionResponse> {
 public:
  explicit RefusedWatch(const absl::Status& status) { Finish(to_grpc(status)); }
  void OnDone() override { const std::unique_ptr<RefusedWatch> last(this); }
};

}  // namespace

void WatchStream::begin() {
  call_.limit_time([weak = weak_from_this()](const absl::Status& status) {
    if (const auto stream = weak.lock()) stream->close(to_grpc(status));
  });
  v1::GetSessionRequest get;
  get.set_name(session_name(id_));
  v1::GetSessionResponse got;
  const absl::Status found = sessions_.get(call_.caller(), get, got);
  Next todo;
  {
    const absl::MutexLock lock(&mutex_);
    begun_ = true;
    if (found.ok()) {
      writing_ = true;
      last_step_ = got.session().step();
      *response_.mutable_session() = std::move(*got.mutable_session());
    } else {
      buffer_.clear();
      closing_ = to_grpc(found);
    }
    todo = found.ok() ? Next{.write = true, .finish = {}} : next();
  }
  carry_out(todo);
}

// The oldest gives way: the number of the next one that is sent tells how many are missing.
void WatchStream::told(const std::shared_ptr<const v1::RecordedStep>& step) {
  Next todo;
  {
    const absl::MutexLock lock(&mutex_);
    buffer_.push_back(step);
    if (buffer_.size() > sessions_.limits().max_watch_buffer) buffer_.pop_front();
    todo = next();
  }
  carry_out(todo);
}

WatchStream::Next WatchStream::next() {
  if (!begun_ || writing_ || finished_) return {};
  while (!buffer_.empty()) {
    const auto step = std::move(buffer_.front());
    buffer_.pop_front();
    if (step->step() <= last_step_) continue;  // the session as it was first shown had done it
    response_.Clear();
    *response_.mutable_step() = *step;
    response_.set_missed_steps(step->step() - last_step_ - 1);
    last_step_ = step->step();
    writing_ = true;
    return {.write = true, .finish = {}};
  }
  if (!closing_) return {};
  finished_ = true;
  return {.write = false, .finish = closing_};
}

void WatchStream::carry_out(const Next& next) {
  if (next.write) StartWrite(&response_);
  if (next.finish) Finish(call_.ends(*next.finish));
}

void WatchStream::OnWriteDone(bool ok) {
  Next todo;
  {
    const absl::MutexLock lock(&mutex_);
    writing_ = false;
    if (!ok) {
      buffer_.clear();
      if (!closing_) closing_ = grpc::Status::CANCELLED;
    }
    todo = next();
  }
  carry_out(todo);
}

void WatchStream::refuse(const grpc::Status& status) {
  {
    const absl::MutexLock lock(&mutex_);
    begun_ = true;
  }
  close(status);
}

// The first status counts. One that came before the watch had begun, or was refused, is given out now.
void WatchStream::close(const grpc::Status& status) {
  Next todo;
  {
    const absl::MutexLock lock(&mutex_);
    if (!closing_) closing_ = status;
    todo = next();
  }
  carry_out(todo);
}

void WatchStream::OnDone() {
  sessions_.watchers().remove(id_, this);
  streams_.forget(this);
}

// On the list before the session is looked at, so that no step falls between the two.
grpc::ServerWriteReactor<v1::WatchSessionResponse>* open_watch(
    Sessions& sessions, OpenStreams<WatchStream>& streams, const Reception& reception,
    absl::StatusOr<Reception::Call> call, const v1::WatchSessionRequest& request) {
  const auto id = session_id(request.name());
  if (!call.ok() || !id.ok()) {
    // gRPC says when it is done with it, and then it deletes itself.
    return std::make_unique<RefusedWatch>(call.ok() ? id.status() : call.status()).release();
  }
  auto stream =
      std::make_shared<WatchStream>(sessions, streams, *std::move(call), std::string(*id));
  sessions.watchers().add(*id, stream);
  WatchStream* const kept = streams.keep(stream);
  const bool taken_on = Sessions::run(sessions.lane(request.name()), [stream] { stream->begin(); });
  if (!taken_on) stream->refuse(to_grpc(too_busy()));
  // Let in just before the reception closed, it may have come too late for all to be closed.
  if (reception.is_closed()) stream->close(to_grpc(shutting_down()));
  return kept;
}

}  // namespace stepshake::server
