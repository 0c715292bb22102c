// RunSession: one session stepped over one bidirectional stream, on gRPC's callbacks. A message is
// read, stepped, answered, and only then is the next one read: a caller that does not take answers
// is not read from.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/open_streams.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

class SessionStream final
    : public grpc::ServerBidiReactor<v1::RunSessionRequest, v1::RunSessionResponse>,
      public std::enable_shared_from_this<SessionStream> {
 public:
  SessionStream(Sessions& sessions, OpenStreams<SessionStream>& streams, Reception::Call call)
      : sessions_(sessions), streams_(streams), call_(std::move(call)) {}

  // Owned by a shared_ptr when this is called.
  void begin();

  // Ends the stream with this status, after the answer to a step that is in flight.
  void close(const grpc::Status& status);

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

  [[nodiscard]] Workers* lane() const;
  void take_message();
  absl::Status take();
  absl::Status take_step(v1::StepRequest& step);
  void read_next();
  void finish(const grpc::Status& status);

  Sessions& sessions_;
  OpenStreams<SessionStream>& streams_;
  Reception::Call call_;
  std::string name_;                        // the stream's session, after the first message
  Sessions::Wait wait_;                     // of the call at hand
  std::optional<v1::StepRequest> waiting_;  // a blocking session's call that waits for input
  v1::RunSessionRequest request_;
  v1::RunSessionResponse response_;

  // gRPC's callbacks and close() may run at once. gRPC is never called with the lock held, since it
  // may call back.
  absl::Mutex mutex_;
  int busy_ ABSL_GUARDED_BY(mutex_) = 0;  // steps between their read and the end of their write
  std::optional<grpc::Status> closing_ ABSL_GUARDED_BY(mutex_);
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace stepshake::server
