#include <mutex>

#include "bench/service/echo.h"

namespace stepshake::bench {
namespace {

// One session a stream: a message in, a message out.
class SessionStream final
    : public grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse> {
 public:
  SessionStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);
    answer(request_.step(), *response_.mutable_step());
    StartWrite(&response_);
  }
  void OnWriteDone(bool /*ok*/) override { StartRead(&request_); }
  void OnDone() override { const std::unique_ptr<SessionStream> last(this); }

 private:
  v1::RunSessionRequest request_;
  v1::RunSessionResponse response_;
};

// Many sessions: it is read while it is written, and what has come up goes out together.
class SessionsStream final
    : public grpc::ServerBidiReactor<v1::RunSessionsRequest, v1::RunSessionsResponse> {
 public:
  SessionsStream() { StartRead(&request_); }

  void OnReadDone(bool ok) override {
    bool write = false;
    bool finish = false;
    {
      const std::lock_guard lock(mutex_);
      if (ok) pending_.take_in(request_);
      ended_ = !ok;
      write = begins_to_write();
      finish = ended_ && !writing_;
    }
    if (finish) return Finish(grpc::Status::OK);
    if (write) StartWrite(&response_);
    if (ok) StartRead(&request_);
  }
  void OnWriteDone(bool /*ok*/) override {
    bool write = false;
    bool finish = false;
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      write = begins_to_write();
      finish = ended_ && !writing_;
    }
    if (write) StartWrite(&response_);
    if (finish) Finish(grpc::Status::OK);
  }
  void OnDone() override { const std::unique_ptr<SessionsStream> last(this); }

 private:
  // With the lock held.
  bool begins_to_write() {
    if (writing_ || !pending_.any()) return false;
    pending_.give_out(response_);
    writing_ = true;
    return true;
  }

  std::mutex mutex_;
  v1::RunSessionsRequest request_;
  v1::RunSessionsResponse response_;
  PendingAnswers pending_;
  bool writing_ = false;
  bool ended_ = false;
};

class CallbackEcho final : public Echo, public v1::HandshakeService::CallbackService {
 public:
  void add_to(grpc::ServerBuilder& builder) override { builder.RegisterService(this); }
  void serve() override {}
  void stop() override {}

 private:
  grpc::ServerUnaryReactor* Step(grpc::CallbackServerContext* context,
                                 const v1::StepRequest* request,
                                 v1::StepResponse* response) override {
    answer(*request, *response);
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }
  // gRPC owns them until their OnDone.
  grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>* RunSession(
      grpc::CallbackServerContext* /*context*/) override {
    return std::make_unique<SessionStream>().release();
  }
  grpc::ServerBidiReactor<v1::RunSessionsRequest, v1::RunSessionsResponse>* RunSessions(
      grpc::CallbackServerContext* /*context*/) override {
    return std::make_unique<SessionsStream>().release();
  }
};

}  // namespace

std::unique_ptr<Echo> callback_echo() { return std::make_unique<CallbackEcho>(); }

}  // namespace stepshake::bench
