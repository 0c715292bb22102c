// What gRPC itself costs a service that does nothing: HandshakeService's three ways of stepping, each answered at once
// with as many bytes as the request asks for in `read_limit`. In gRPC's callback API, and in that of completion queues
// with a polling thread of its own.
#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "stepshake/v1/handshake_service.grpc.pb.h"

namespace stepshake::bench {

class Echo {
 public:
  Echo() = default;
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  virtual ~Echo() = default;

  virtual void add_to(grpc::ServerBuilder& builder) = 0;
  // Until the server is shut down.
  virtual void serve() = 0;
  virtual void stop() = 0;
};

std::unique_ptr<Echo> callback_echo();
std::unique_ptr<Echo> queue_echo();

inline void answer(const v1::StepRequest& request, v1::StepResponse& response) {
  response.set_name(request.name());
  response.mutable_output()->assign(request.read_limit(), 'x');
}

// Of one stream with many sessions: answers that wait until the message before them is written.
class PendingAnswers {
 public:
  void take_in(const v1::RunSessionsRequest& message) {
    for (const v1::StepRequest& step : message.steps()) {
      v1::StepResult& result = *pending_.add_results();
      result.set_index(next_++);
      answer(step, *result.mutable_response());
    }
  }
  [[nodiscard]] bool any() const { return pending_.results_size() > 0; }
  void give_out(v1::RunSessionsResponse& to) {
    to.Clear();
    to.Swap(&pending_);
  }

 private:
  v1::RunSessionsResponse pending_;
  std::uint64_t next_ = 0;
};

}  // namespace stepshake::bench
