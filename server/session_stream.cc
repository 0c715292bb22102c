#include "server/session_stream.h"

#include <utility>

#include "server/status.h"

namespace stepshake::server {

void SessionStream::begin() {
  call_.limit_time([weak = weak_from_this()](const absl::Status& status) {
    if (const auto stream = weak.lock()) stream->close(to_grpc(status));
  });
  StartRead(&request_);
}

void SessionStream::OnReadDone(bool ok) {
  if (!ok) {  // the caller has no more steps, or is gone
    finish(grpc::Status::OK);
    return;
  }
  {
    const absl::MutexLock lock(&mutex_);
    if (finished_) return;
    ++busy_;
  }
  const bool taken_on =
      Sessions::run(lane(), [self = shared_from_this()] { self->take_message(); });
  if (!taken_on) finish(to_grpc(too_busy()));
}

Workers* SessionStream::lane() const {
  const v1::StepRequest& step = request_.step();
  return step.has_answer() || !step.name().empty() ? sessions_.lane(step) : sessions_.lane(name_);
}

void SessionStream::take_message() {
  const absl::Status status = take();
  if (!status.ok()) {
    finish(to_grpc(status));
    return;
  }
  if (response_.has_step() || !response_.output().empty()) {
    StartWrite(&response_);
  } else {
    read_next();
  }
}

absl::Status SessionStream::take() {
  if (!request_.has_step()) return invalid_field("step", "is missing; each message holds a step");
  v1::StepRequest& step = *request_.mutable_step();
  if (step.name().empty()) {
    step.set_name(name_);
  } else if (!name_.empty() && step.name() != name_) {
    return invalid_field("step.name",
                         "is another session's; a stream steps the session of its first message, "
                         "and later messages leave the name out or repeat it");
  }
  return within("step", take_step(step));
}

// A call that waits is made again with each message's input; until it is done, its output goes out alone.
absl::Status SessionStream::take_step(v1::StepRequest& step) {
  if (waiting_) {
    if (step.call() != v1::CALL_UNSPECIFIED) {
      return invalid_field("call", "the stream's blocking call goes on: bring input, and no call");
    }
    step.set_call(waiting_->call());
    step.set_data(waiting_->data());
    step.set_read_limit(waiting_->read_limit());
    step.set_request_id(waiting_->request_id());
  }
  response_.Clear();
  const absl::Status status =
      sessions_.step(call_.caller(), step, *response_.mutable_step(), wait_);
  if (!status.ok()) return status;
  if (name_.empty()) name_ = step.name();
  waiting_.reset();
  if (wait_.needed) {
    std::string output = std::move(*response_.mutable_step()->mutable_output());
    response_.set_output_offset(response_.step().output_offset());
    response_.clear_step();
    response_.set_output(std::move(output));
    waiting_ = std::move(step);
  } else {
    wait_ = {};
  }
  return status;
}

void SessionStream::OnWriteDone(bool ok) {
  if (!ok) {
    finish(grpc::Status::OK);
    return;
  }
  read_next();
}

void SessionStream::read_next() {
  request_.Clear();
  StartRead(&request_);
  std::optional<grpc::Status> closing;
  {
    const absl::MutexLock lock(&mutex_);
    // The next message may have come already: then its own end does what is to be done.
    if (--busy_ == 0) closing = closing_;
  }
  if (closing) finish(*closing);
}

void SessionStream::close(const grpc::Status& status) {
  {
    const absl::MutexLock lock(&mutex_);
    if (busy_ > 0) {
      closing_ = status;
      return;
    }
  }
  finish(status);
}

void SessionStream::finish(const grpc::Status& status) {
  {
    const absl::MutexLock lock(&mutex_);
    if (finished_) return;
    finished_ = true;
  }
  Finish(call_.ends(status));
}

void SessionStream::OnDone() { streams_.forget(this); }

}  // namespace stepshake::server
