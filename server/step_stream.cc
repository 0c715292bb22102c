#include "server/step_stream.h"

#include <utility>

#include "absl/time/clock.h"
#include "server/status.h"

namespace stepshake::server {
namespace {

// For so long, and the step at hand, a stream has one of gRPC's threads to itself, of which there are few; and then one of
// the workers, until others' turn comes.
constexpr absl::Duration kTurn = absl::Milliseconds(1);
constexpr absl::Duration kWorkersTurn = absl::Milliseconds(10);

// An answer ends here, and with the result at hand, so that it stays below the 4 MiB that gRPC clients take: the most that
// a traced write brings alone is 2.1.
constexpr std::size_t kMostAnswerBytes = 524'288;

}  // namespace

void StepStream::begin() {
  call_.limit_time([weak = weak_from_this()](const absl::Status& status) {
    if (const auto stream = weak.lock()) stream->close(to_grpc(status));
  });
  read();
}

void StepStream::read() {
  request_ = std::make_unique<Request>();
  taken_ = 0;
  StartRead(&request_->message);
}

void StepStream::OnReadDone(bool ok) {
  Next then;
  {
    const absl::MutexLock lock(&mutex_);
    at_ = ok && !closing_ ? At::taking : At::ended;
    ok = at_ == At::taking;
    if (!ok) then = next();
  }
  if (ok) {
    take_steps(kTurn);
  } else {
    carry_out(then);
  }
}

// Nothing ends the stream between its asking for a message and gRPC's knowing of that.
void StepStream::take_steps(absl::Duration turn) {
  for (bool more = true; more;) {
    const At at = take_some(turn);
    std::uint64_t asked = 0;
    if (at == At::asking) {
      {
        const absl::MutexLock lock(&mutex_);
        at_ = at;
        asked = ++asked_;
      }
      read();
    }
    Next then;
    {
      const absl::MutexLock lock(&mutex_);
      if (at != At::asking) at_ = at;
      // The message may be here already, and in the hands of another thread, which may ask for one in its turn.
      if (at_ == At::asking && asked_ == asked) at_ = At::reading;
      then = next();
      // What was in the way may have been written since, and then no end of a write will come here.
      more = !is_writing_ && leave_full();
    }
    carry_out(then);
    if (at == At::waiting) more = go_on();
  }
}

StepStream::At StepStream::take_some(absl::Duration turn) {
  const absl::Time end_of_turn = absl::Now() + turn;
  const auto& steps = request_->message.steps();
  while (taken_ < steps.size()) {
    const v1::StepRequest& step = steps[taken_];
    bool for_workers = sessions_.lane(step) != nullptr;
    {
      const absl::MutexLock lock(&mutex_);
      if (closing_) return At::ended;
      if (!has_room()) return At::full;
      ++unanswered_steps_;
      // Behind those of its session that workers have not done yet.
      if (!queues_.empty() && queues_.contains(step.name())) for_workers = true;
    }
    ++taken_;
    if (for_workers) {
      give_to_workers(steps_++, step);
    } else {
      take_step(steps_++, step);
    }
    if (taken_ < steps.size() && absl::Now() > end_of_turn) return At::waiting;
  }
  return At::asking;
}

bool StepStream::go_on() {
  const bool taken_on = sessions_.stream_workers().run([self = shared_from_this()] {
    if (self->leave_waiting()) self->take_steps(kWorkersTurn);
  });
  return !taken_on && leave_waiting();
}

bool StepStream::leave_waiting() {
  const absl::MutexLock lock(&mutex_);
  if (finished_) return false;
  at_ = At::taking;
  return true;
}

void StepStream::take_step(std::uint64_t index, const v1::StepRequest& request) {
  if (!filling_) filling_ = std::make_unique<Response>();
  v1::StepResult& result = *filling_->message.add_results();
  result.set_index(index);
  do_step(request, result);
  filled_bytes_ += result.ByteSizeLong();
}

void StepStream::do_step(const v1::StepRequest& request, v1::StepResult& result) {
  Sessions::Wait wait;
  wait.possible = false;
  const absl::Status status =
      sessions_.step(call_.caller(), request, *result.mutable_response(), wait);
  if (status.ok()) return;
  call_.refuses_step(to_grpc(status));
  *result.mutable_error() = to_rpc(status);
}

void StepStream::give_to_workers(std::uint64_t index, const v1::StepRequest& request) {
  bool first = false;
  {
    const absl::MutexLock lock(&mutex_);
    Queue& queue = queues_[request.name()];
    first = queue.empty();
    const std::size_t bytes = request.ByteSizeLong();
    unanswered_bytes_ += bytes;
    queue.push_back({index, std::make_unique<const v1::StepRequest>(request), bytes});
  }
  if (first) run_queue(request.name());
}

// A step at a time, so that all sessions come to their turn.
void StepStream::run_queue(const std::string& session) {
  std::unique_ptr<v1::StepResult> refused;
  do {
    const bool taken_on =
        Sessions::run(sessions_.long_lane(),
                      [self = shared_from_this(), session] { self->do_first_of(session); });
    if (taken_on) return;
    const absl::Status status = too_busy();
    call_.refuses_step(to_grpc(status));
    refused = std::make_unique<v1::StepResult>();
    *refused->mutable_error() = to_rpc(status);
  } while (answer_first_of(session, std::move(refused)));
}

void StepStream::do_first_of(const std::string& session) {
  const v1::StepRequest* step = nullptr;
  {
    const absl::MutexLock lock(&mutex_);
    if (broken_) return;
    step = queues_.at(session).front().step.get();
  }
  auto result = std::make_unique<v1::StepResult>();
  do_step(*step, *result);
  if (answer_first_of(session, std::move(result))) run_queue(session);
}

bool StepStream::answer_first_of(const std::string& session,
                                 std::unique_ptr<v1::StepResult> result) {
  Queued done{};
  bool more = false;
  Next then;
  {
    const absl::MutexLock lock(&mutex_);
    const auto queue = queues_.find(session);
    done = std::move(queue->second.front());
    queue->second.pop_front();
    more = !queue->second.empty();
    if (!more) queues_.erase(queue);
    result->set_index(done.index);
    unanswered_bytes_ += result->ByteSizeLong();
    unanswered_bytes_ -= done.bytes;
    from_workers_.push_back(std::move(result));
    then = next();
  }
  carry_out(then);
  return more;
}

void StepStream::OnWriteDone(bool ok) {
  const std::unique_ptr<Response> written = std::move(writing_);
  Next then;
  bool take = false;
  {
    const absl::MutexLock lock(&mutex_);
    is_writing_ = false;
    if (ok) {
      unanswered_steps_ -= static_cast<std::size_t>(written->message.results_size());
      unanswered_bytes_ -= writing_bytes_;
    } else {
      broken_ = true;
      if (!closing_) closing_ = grpc::Status::OK;
    }
    then = next();
    take = leave_full();
  }
  carry_out(then);
  if (take) take_steps(kTurn);
}

void StepStream::OnCancel() {
  Next then;
  {
    const absl::MutexLock lock(&mutex_);
    broken_ = true;
    closing_ = grpc::Status::CANCELLED;
    then = next();
  }
  carry_out(then);
}

void StepStream::close(const grpc::Status& status) {
  Next then;
  {
    const absl::MutexLock lock(&mutex_);
    if (closing_) return;
    closing_ = status;
    then = next();
  }
  carry_out(then);
}

bool StepStream::has_room() const {
  const Limits& limits = sessions_.limits();
  return unanswered_steps_ < limits.max_stream_steps &&
         unanswered_bytes_ + filled_bytes_ < limits.max_stream_bytes &&
         filled_bytes_ < kMostAnswerBytes;
}

bool StepStream::leave_full() {
  if (at_ != At::full || finished_ || !has_room()) return false;
  at_ = At::taking;
  return true;
}

bool StepStream::is_over() const {
  if (is_writing_) return false;
  return broken_ || (unanswered_steps_ == 0 && (closing_ || at_ == At::ended));
}

StepStream::Next StepStream::next() {
  Next then;
  // Then whoever takes steps comes here in a moment.
  if (finished_ || at_ == At::taking || at_ == At::asking) return then;
  if (!broken_ && !is_writing_) then.write = start_writing();
  if (is_over()) {
    finished_ = true;
    then.finish = closing_.value_or(grpc::Status::OK);
  }
  return then;
}

bool StepStream::start_writing() {
  unanswered_bytes_ += filled_bytes_;
  while (!from_workers_.empty() && filled_bytes_ < kMostAnswerBytes) {
    if (!filling_) filling_ = std::make_unique<Response>();
    filled_bytes_ += from_workers_.front()->ByteSizeLong();
    *filling_->message.add_results() = std::move(*from_workers_.front());
    from_workers_.pop_front();
  }
  if (!filling_) return false;
  writing_ = std::move(filling_);
  writing_bytes_ = std::exchange(filled_bytes_, 0);
  is_writing_ = true;
  return true;
}

void StepStream::carry_out(const Next& next) {
  if (next.write) StartWrite(&writing_->message);
  if (next.finish) Finish(call_.ends(*next.finish));
}

void StepStream::OnDone() { streams_.forget(this); }

}  // namespace stepshake::server
