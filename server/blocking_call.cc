#include "server/blocking_call.h"

#include <utility>

#include "server/check.h"
#include "server/status.h"

namespace stepshake::server {

grpc::ServerUnaryReactor* BlockingCall::start(Sessions& sessions, const Reception& reception,
                                              Reception::Call call, const v1::StepRequest& request,
                                              v1::StepResponse& response, Sessions::Wait wait) {
  auto waiting = std::make_shared<BlockingCall>(sessions, reception, std::move(call), request,
                                                response, std::move(wait));
  waiting->self_ = waiting;
  waiting->begin();
  return waiting.get();
}

grpc::ServerUnaryReactor* BlockingCall::go_on(Sessions& sessions, const Reception& reception,
                                              Reception::Call call, const v1::StepRequest& request,
                                              v1::StepResponse& response, Sessions::Wait wait) {
  auto waiting = std::make_shared<BlockingCall>(sessions, reception, std::move(call), request,
                                                response, std::move(wait));
  waiting->self_ = waiting;
  waiting->start_waiting();
  waiting->begin();
  return waiting.get();
}

// Before bytes that come from now on: whoever brings them finds it on the list.
void BlockingCall::start_waiting() {
  request_.clear_input();
  request_.clear_end_of_input();
  request_.clear_answer();
  // Others step the session while it waits, and may acknowledge its output.
  request_.clear_expected_step();
  waits_ = true;
  sessions_.waiters().add(id_, shared_from_this());
}

void BlockingCall::begin() {
  call_.limit_time([weak = weak_from_this()](const absl::Status& status) {
    if (const auto still = weak.lock()) still->finish(to_grpc(status), nullptr);
  });
  // The first try; or one for bytes that came before it was on the list.
  wake();
}

BlockingCall::BlockingCall(Sessions& sessions, const Reception& reception, Reception::Call call,
                           const v1::StepRequest& request, v1::StepResponse& response,
                           Sessions::Wait wait)
    : sessions_(sessions),
      reception_(reception),
      call_(std::move(call)),
      request_(request),
      response_(response),
      wait_(std::move(wait)),
      id_(session_id(request.name()).value_or("")) {}

void BlockingCall::wake() {
  {
    const absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (trying_) {
      woken_ = true;
      return;
    }
    trying_ = true;
  }
  const bool taken_on = Sessions::run(sessions_.lane(request_),
                                      [self = shared_from_this()] { self->try_while_woken(); });
  if (!taken_on) finish(to_grpc(too_busy()), nullptr);
}

void BlockingCall::try_while_woken() {
  while (!try_again()) {
    const absl::MutexLock lock(&mutex_);
    if (!std::exchange(woken_, false)) {
      trying_ = false;
      return;
    }
  }
}

bool BlockingCall::try_again() {
  if (reception_.is_closed()) {
    finish(to_grpc(shutting_down()), nullptr);
    return true;
  }
  if (is_finished()) {
    // It may have ended before it came on the list.
    sessions_.waiters().remove(id_, this);
    return true;
  }
  // Not into gRPC's memory, which goes when the caller gives up.
  v1::StepResponse answer;
  const absl::Status status = sessions_.step(call_.caller(), request_, answer, wait_);
  if (status.ok() && wait_.needed) {
    if (waits_) return false;
    start_waiting();
    return try_again();  // for bytes that came before it was on the list
  }
  finish(to_grpc(status), &answer);
  return true;
}

bool BlockingCall::is_finished() {
  const absl::MutexLock lock(&mutex_);
  return finished_;
}

void BlockingCall::finish(const grpc::Status& status, v1::StepResponse* answer) {
  {
    const absl::MutexLock lock(&mutex_);
    if (std::exchange(finished_, true)) return;
    if (answer != nullptr) response_.Swap(answer);
  }
  sessions_.waiters().remove(id_, this);
  Finish(call_.ends(status));
}

void BlockingCall::OnCancel() { finish(grpc::Status::CANCELLED, nullptr); }

void BlockingCall::OnDone() { const auto last = std::move(self_); }

}  // namespace stepshake::server
