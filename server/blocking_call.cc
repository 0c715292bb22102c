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
  sessions.waiters().add(waiting->id_, waiting);
  waiting->call_.limit_time([weak = waiting->weak_from_this()](const absl::Status& status) {
    if (const auto still = weak.lock()) still->finish(to_grpc(status), nullptr);
  });
  // For bytes that came before it was on the list.
  waiting->wake();
  return waiting.get();
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
      id_(session_id(request.name()).value_or("")) {
  request_.clear_input();
  request_.clear_end_of_input();
  request_.clear_answer();
}

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
  {
    const absl::MutexLock lock(&mutex_);
    if (finished_) return true;
  }
  // Not into gRPC's memory, which goes when the caller gives up.
  v1::StepResponse answer;
  const absl::Status status = sessions_.step(call_.caller(), request_, answer, wait_);
  if (status.ok() && wait_.needed) return false;
  finish(to_grpc(status), &answer);
  return true;
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
