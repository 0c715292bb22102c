// A unary step that takes its time: of a blocking session, while it waits for bytes that other steps bring: until its answer, its deadline,
// or the server's end. No thread waits with it.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "server/waiters.h"

namespace stepshake::server {

// Owns itself until gRPC is done with it.
class BlockingCall final : public grpc::ServerUnaryReactor,
                           public Waiter,
                           public std::enable_shared_from_this<BlockingCall> {
 public:
  // Steps by the sessions' workers, and waits where it has to.
  static grpc::ServerUnaryReactor* start(Sessions& sessions, const Reception& reception,
                                         Reception::Call call, const v1::StepRequest& request,
                                         v1::StepResponse& response, Sessions::Wait wait);
  // `request` was stepped once and has to wait; its bytes and its answer are taken in.
  static grpc::ServerUnaryReactor* go_on(Sessions& sessions, const Reception& reception,
                                         Reception::Call call, const v1::StepRequest& request,
                                         v1::StepResponse& response, Sessions::Wait wait);

  BlockingCall(Sessions& sessions, const Reception& reception, Reception::Call call,
               const v1::StepRequest& request, v1::StepResponse& response, Sessions::Wait wait);

  void wake() override;

 private:
  void OnCancel() override;
  void OnDone() override;

  void begin();
  void start_waiting();
  void try_while_woken();
  // One more try. True where the call is over.
  bool try_again();
  bool is_finished();
  void finish(const grpc::Status& status, v1::StepResponse* answer);

  Sessions& sessions_;
  const Reception& reception_;
  Reception::Call call_;
  v1::StepRequest request_;
  v1::StepResponse& response_;  // gRPC's
  Sessions::Wait wait_;         // of whoever tries
  std::string id_;
  bool waits_ = false;  // the request's bytes are with the session, and it is on the list
  std::shared_ptr<BlockingCall> self_;

  // Wakers and gRPC's callbacks may come at once.
  absl::Mutex mutex_;
  bool trying_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;  // while it was trying
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace stepshake::server
