#include <deque>

#include "bench/service/caller.h"
#include "bench/service/tag.h"

namespace stepshake::bench {
namespace {

// Steps that are ready go out together when the message before them is written.
class OneStreamCaller final : public Caller {
 public:
  OneStreamCaller(ServerUnderLoad& server, std::size_t slots, std::size_t most_in_message)
      : slots_(slots), most_in_message_(most_in_message) {
    stream_ = server.stub().AsyncRunSessions(&context_, &queue_, &opened_);
    pump_while(queue_, [this] { return !open_; });
  }
  OneStreamCaller(const OneStreamCaller&) = delete;
  OneStreamCaller& operator=(const OneStreamCaller&) = delete;
  ~OneStreamCaller() override {
    bool finished = false;
    grpc::Status status;
    Tag end([&](bool /*ok*/) { finished = true; });
    Tag written_all([&](bool /*ok*/) { stream_->Finish(&status, &end); });
    stream_->WritesDone(&written_all);
    pump_while(queue_, [&] { return !finished; });
    check(status.ok(), status.error_message().c_str());
  }

  void run(Work& work) override {
    work.begin();
    work_ = &work;
    offset_ = sent_.size();
    left_ = work.requests.size();
    since_.assign(work.requests.size(), Clock::now());
    for (std::size_t i = 0; i < std::min(slots_, left_); ++i) ready_.push_back(i);
    write();
    read();
    pump_while(queue_, [this] { return left_ > 0 || writing_; });
  }

 private:
  void write() {
    if (writing_ || ready_.empty()) return;
    request_.clear_steps();
    while (!ready_.empty() && static_cast<std::size_t>(request_.steps_size()) < most_in_message_) {
      sent_.push_back(ready_.front());
      *request_.add_steps() = work_->requests[ready_.front()];
      ready_.pop_front();
    }
    writing_ = true;
    stream_->Write(request_, &written_);
  }
  void written(bool ok) {
    check(ok, "the stream broke");
    writing_ = false;
    write();
  }

  void read() { stream_->Read(&response_, &read_); }
  void take(bool ok) {
    check(ok, "the stream broke");
    for (v1::StepResult& result : *response_.mutable_results()) {
      check(result.has_response(), result.error().message().c_str());
      check(result.index() >= offset_ && result.index() < sent_.size(), "the index of a result");
      end_step(sent_[result.index()], *result.mutable_response());
    }
    if (left_ > 0) read();
    write();
  }
  void end_step(std::size_t at, v1::StepResponse& response) {
    work_->end_call(at, since_[at]);
    work_->responses[at].Swap(&response);
    --left_;
    const std::size_t next = at + slots_;
    if (next >= work_->requests.size()) return;
    since_[next] = Clock::now();
    ready_.push_back(next);
  }

  std::size_t slots_;
  std::size_t most_in_message_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  bool open_ = false;
  bool writing_ = false;
  Work* work_ = nullptr;
  std::size_t left_ = 0;
  std::size_t offset_ = 0;         // the stream's steps before this work's
  std::vector<std::size_t> sent_;  // by the stream's index: which of its work's steps
  std::vector<Clock::time_point> since_;
  std::deque<std::size_t> ready_;
  v1::RunSessionsRequest request_;
  v1::RunSessionsResponse response_;
  Tag opened_{[this](bool ok) {
    check(ok, "the stream was not opened");
    open_ = true;
  }};
  Tag written_{[this](bool ok) { written(ok); }};
  Tag read_{[this](bool ok) { take(ok); }};
  std::unique_ptr<grpc::ClientAsyncReaderWriter<v1::RunSessionsRequest, v1::RunSessionsResponse>>
      stream_;
};

}  // namespace

std::unique_ptr<Caller> one_stream_caller(ServerUnderLoad& server, std::size_t slots,
                                          std::size_t most_in_message) {
  return std::make_unique<OneStreamCaller>(server, slots, most_in_message);
}

}  // namespace stepshake::bench
