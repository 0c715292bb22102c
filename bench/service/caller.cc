#include "bench/service/caller.h"

#include <limits>

#include "bench/service/tag.h"

namespace stepshake::bench {
namespace {

// One stream, one message on its way.
class StreamSlot {
 public:
  StreamSlot(ServerUnderLoad& server, grpc::CompletionQueue& queue, std::size_t stride,
             std::size_t& busy)
      : stride_(stride), busy_(busy) {
    ++busy_;
    stream_ = server.stub().AsyncRunSession(&context_, &queue, &opened_);
  }
  StreamSlot(const StreamSlot&) = delete;
  StreamSlot& operator=(const StreamSlot&) = delete;
  ~StreamSlot() = default;

  void begin(Work& work, std::size_t first) {
    work_ = &work;
    at_ = first;
    ++busy_;
    go();
  }
  void end() {
    ++busy_;
    stream_->WritesDone(&written_all_);
  }

 private:
  void opened(bool ok) {
    check(ok, "a stream was not opened");
    --busy_;
  }
  void go() {
    if (at_ >= work_->requests.size()) {
      --busy_;
      return;
    }
    *request_.mutable_step() = work_->requests[at_];
    since_ = Clock::now();
    halves_ = 2;
    stream_->Write(request_, &half_);
    stream_->Read(&response_, &half_);
  }
  void half(bool ok) {
    check(ok, "a stream broke");
    if (--halves_ > 0) return;
    work_->end_call(at_, since_);
    work_->responses[at_].Swap(response_.mutable_step());
    at_ += stride_;
    go();
  }
  void finished() {
    check(status_.ok(), status_.error_message().c_str());
    --busy_;
  }

  std::size_t stride_;
  std::size_t& busy_;
  Work* work_ = nullptr;
  std::size_t at_ = 0;
  int halves_ = 0;
  Clock::time_point since_;
  grpc::ClientContext context_;
  v1::RunSessionRequest request_;
  v1::RunSessionResponse response_;
  grpc::Status status_;
  Tag opened_{[this](bool ok) { opened(ok); }};
  Tag half_{[this](bool ok) { half(ok); }};
  Tag written_all_{[this](bool /*ok*/) { stream_->Finish(&status_, &finished_); }};
  Tag finished_{[this](bool /*ok*/) { finished(); }};
  std::unique_ptr<grpc::ClientAsyncReaderWriter<v1::RunSessionRequest, v1::RunSessionResponse>>
      stream_;
};

class SessionStreamsCaller final : public Caller {
 public:
  SessionStreamsCaller(ServerUnderLoad& server, std::size_t slots) {
    for (std::size_t i = 0; i < slots; ++i) {
      slots_.push_back(std::make_unique<StreamSlot>(server, queue_, slots, busy_));
    }
    pump();
  }
  SessionStreamsCaller(const SessionStreamsCaller&) = delete;
  SessionStreamsCaller& operator=(const SessionStreamsCaller&) = delete;
  ~SessionStreamsCaller() override {
    for (auto& slot : slots_) slot->end();
    pump();
  }

  void run(Work& work) override {
    work.begin();
    for (std::size_t i = 0; i < slots_.size(); ++i) slots_[i]->begin(work, i);
    pump();
  }

 private:
  void pump() {
    pump_while(queue_, [this] { return busy_ > 0; });
  }

  grpc::CompletionQueue queue_;
  std::size_t busy_ = 0;
  std::vector<std::unique_ptr<StreamSlot>> slots_;
};

class UnaryCaller final : public Caller {
 public:
  UnaryCaller(ServerUnderLoad& server, std::size_t slots) : server_(server), slots_(slots) {}

  void run(Work& work) override {
    call_all(server_, &v1::HandshakeService::Stub::AsyncStep, work, slots_);
  }

 private:
  ServerUnderLoad& server_;
  std::size_t slots_;
};

}  // namespace

std::string name_of(Shape shape) {
  switch (shape) {
    case Shape::unary: return "unary";
    case Shape::session_streams: return "stream per session";
    case Shape::one_stream: return "one stream";
    case Shape::one_stream_singly: return "one stream, a step a message";
  }
  return "";
}

std::unique_ptr<Caller> make_caller(Shape shape, ServerUnderLoad& server, std::size_t slots) {
  switch (shape) {
    case Shape::unary: return std::make_unique<UnaryCaller>(server, slots);
    case Shape::session_streams: return std::make_unique<SessionStreamsCaller>(server, slots);
    case Shape::one_stream:
      return one_stream_caller(server, slots, std::numeric_limits<std::size_t>::max());
    case Shape::one_stream_singly: return one_stream_caller(server, slots, 1);
  }
  return nullptr;
}

}  // namespace stepshake::bench
