#include <thread>

#include "bench/service/echo.h"
#include "bench/service/tag.h"

namespace stepshake::bench {
namespace {

using Service = v1::HandshakeService::AsyncService;

struct Desk {
  Service service;
  std::unique_ptr<grpc::ServerCompletionQueue> queue;
};

// Each kind of call owns itself: a new one waits as soon as one has come in, and it frees itself at its end. All are on
// one queue with one thread, and need no locks.
template <class Call>
void await_call(Desk& desk) {
  std::make_unique<Call>(desk).release()->await();
}
template <class Call>
void free_call(Call* call) {
  const std::unique_ptr<Call> last(call);
}

class UnaryCall {
 public:
  explicit UnaryCall(Desk& desk) : desk_(desk), writer_(&context_) {}
  void await() {
    desk_.service.RequestStep(&context_, &request_, &writer_, desk_.queue.get(), desk_.queue.get(),
                              &came_);
  }

 private:
  void come(bool ok) {
    if (!ok) return free_call(this);
    await_call<UnaryCall>(desk_);
    answer(request_, response_);
    writer_.Finish(response_, grpc::Status::OK, &ended_);
  }

  Desk& desk_;
  grpc::ServerContext context_;
  v1::StepRequest request_;
  v1::StepResponse response_;
  grpc::ServerAsyncResponseWriter<v1::StepResponse> writer_;
  Tag came_{[this](bool ok) { come(ok); }};
  Tag ended_{[this](bool /*ok*/) { free_call(this); }};
};

class SessionStream {
 public:
  explicit SessionStream(Desk& desk) : desk_(desk), stream_(&context_) {}
  void await() {
    desk_.service.RequestRunSession(&context_, &stream_, desk_.queue.get(), desk_.queue.get(),
                                    &came_);
  }

 private:
  void come(bool ok) {
    if (!ok) return free_call(this);
    await_call<SessionStream>(desk_);
    stream_.Read(&request_, &read_);
  }
  void take(bool ok) {
    if (!ok) return stream_.Finish(grpc::Status::OK, &ended_);
    answer(request_.step(), *response_.mutable_step());
    stream_.Write(response_, &written_);
  }

  Desk& desk_;
  grpc::ServerContext context_;
  v1::RunSessionRequest request_;
  v1::RunSessionResponse response_;
  grpc::ServerAsyncReaderWriter<v1::RunSessionResponse, v1::RunSessionRequest> stream_;
  Tag came_{[this](bool ok) { come(ok); }};
  Tag read_{[this](bool ok) { take(ok); }};
  Tag written_{[this](bool /*ok*/) { stream_.Read(&request_, &read_); }};
  Tag ended_{[this](bool /*ok*/) { free_call(this); }};
};

class SessionsStream {
 public:
  explicit SessionsStream(Desk& desk) : desk_(desk), stream_(&context_) {}
  void await() {
    desk_.service.RequestRunSessions(&context_, &stream_, desk_.queue.get(), desk_.queue.get(),
                                     &came_);
  }

 private:
  void come(bool ok) {
    if (!ok) return free_call(this);
    await_call<SessionsStream>(desk_);
    stream_.Read(&request_, &read_);
  }
  void take(bool ok) {
    ended_in_ = !ok;
    if (ok) pending_.take_in(request_);
    if (!writing_) write();
    if (ok) stream_.Read(&request_, &read_);
  }
  void write() {
    writing_ = pending_.any();
    if (writing_) {
      pending_.give_out(response_);
      stream_.Write(response_, &written_);
    } else if (ended_in_) {
      stream_.Finish(grpc::Status::OK, &ended_);
    }
  }

  Desk& desk_;
  grpc::ServerContext context_;
  v1::RunSessionsRequest request_;
  v1::RunSessionsResponse response_;
  grpc::ServerAsyncReaderWriter<v1::RunSessionsResponse, v1::RunSessionsRequest> stream_;
  PendingAnswers pending_;
  bool writing_ = false;
  bool ended_in_ = false;
  Tag came_{[this](bool ok) { come(ok); }};
  Tag read_{[this](bool ok) { take(ok); }};
  Tag written_{[this](bool /*ok*/) { write(); }};
  Tag ended_{[this](bool /*ok*/) { free_call(this); }};
};

class QueueEcho final : public Echo {
 public:
  void add_to(grpc::ServerBuilder& builder) override {
    builder.RegisterService(&desk_.service);
    desk_.queue = builder.AddCompletionQueue();
  }

  void serve() override {
    constexpr int kWaiting = 256;  // so many calls may come at once
    for (int i = 0; i < kWaiting; ++i) {
      await_call<UnaryCall>(desk_);
      await_call<SessionStream>(desk_);
    }
    await_call<SessionsStream>(desk_);
    poller_ = std::thread([this] {
      void* tag = nullptr;
      bool ok = false;
      while (desk_.queue->Next(&tag, &ok)) Tag::done(tag, ok);
    });
  }

  void stop() override {
    desk_.queue->Shutdown();
    poller_.join();
  }

 private:
  Desk desk_;
  std::thread poller_;
};

}  // namespace

std::unique_ptr<Echo> queue_echo() { return std::make_unique<QueueEcho>(); }

}  // namespace stepshake::bench
