// Many unary calls of one method, so many at a time, from one thread.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

#include "bench/service/server_under_load.h"
#include "bench/service/tag.h"

namespace stepshake::bench {

using Clock = std::chrono::steady_clock;

// Slot s does the calls s, s + slots, s + 2 * slots, ... one after the other, and all slots are at work at once.
template <class Request, class Response>
struct Calls {
  std::vector<Request> requests = {};
  std::vector<Response> responses = {};   // in the requests' order
  std::vector<double> microseconds = {};  // from when a call was ready to go to its answer

  void begin() {
    responses.resize(requests.size());
    microseconds.assign(requests.size(), 0);
  }
  void end_call(std::size_t at, Clock::time_point since) {
    microseconds[at] = std::chrono::duration<double, std::micro>(Clock::now() - since).count();
  }
};

template <class Request, class Response>
using AsyncMethod = std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> (
    v1::HandshakeService::Stub::*)(grpc::ClientContext*, const Request&, grpc::CompletionQueue*);

template <class Condition>
void pump_while(grpc::CompletionQueue& queue, const Condition& more) {
  void* tag = nullptr;
  bool ok = false;
  while (more() && queue.Next(&tag, &ok)) Tag::done(tag, ok);
}

template <class Request, class Response>
class UnarySlot {
 public:
  using Method = AsyncMethod<Request, Response>;
  struct Desk {
    ServerUnderLoad& server;
    Method method;
    Calls<Request, Response>& calls;
    std::size_t slots;
    grpc::CompletionQueue queue = {};
    std::size_t busy = 0;
  };

  UnarySlot(Desk& desk, std::size_t first) : desk_(desk), at_(first) {
    ++desk_.busy;
    go();
  }
  UnarySlot(const UnarySlot&) = delete;
  UnarySlot& operator=(const UnarySlot&) = delete;
  ~UnarySlot() = default;

 private:
  void go() {
    if (at_ >= desk_.calls.requests.size()) {
      --desk_.busy;
      return;
    }
    context_.emplace();
    since_ = Clock::now();
    reader_ =
        (desk_.server.stub().*desk_.method)(&*context_, desk_.calls.requests[at_], &desk_.queue);
    reader_->Finish(&desk_.calls.responses[at_], &status_, &done_);
  }
  void done() {
    check(status_.ok(), status_.error_message().c_str());
    desk_.calls.end_call(at_, since_);
    at_ += desk_.slots;
    go();
  }

  Desk& desk_;
  std::size_t at_;
  Clock::time_point since_;
  std::optional<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientAsyncResponseReader<Response>> reader_;
  grpc::Status status_;
  Tag done_{[this](bool /*ok*/) { done(); }};
};

// Ends the program where one is answered by an error.
template <class Request, class Response>
void call_all(ServerUnderLoad& server, AsyncMethod<Request, Response> method,
              Calls<Request, Response>& calls, std::size_t slots) {
  using Slot = UnarySlot<Request, Response>;
  calls.begin();
  typename Slot::Desk desk{server, method, calls, slots};
  std::vector<std::unique_ptr<Slot>> all;
  for (std::size_t i = 0; i < slots; ++i) all.push_back(std::make_unique<Slot>(desk, i));
  pump_while(desk.queue, [&desk] { return desk.busy > 0; });
}

}  // namespace stepshake::bench
