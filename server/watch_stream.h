// WatchSession: a session's steps as they happen, to one watcher. What it does not take in time is dropped, and counted.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "server/open_streams.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "server/watchers.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

class WatchStream final : public grpc::ServerWriteReactor<v1::WatchSessionResponse>,
                          public Watcher,
                          public std::enable_shared_from_this<WatchStream> {
 public:
  WatchStream(Sessions& sessions, OpenStreams<WatchStream>& streams, Reception::Call call,
              std::string session_id)
      : sessions_(sessions),
        streams_(streams),
        call_(std::move(call)),
        id_(std::move(session_id)) {}

  // Looks at the session, and sends it as it is, which says that watching has begun. On the list of watchers before.
  void begin();

  // It never begins.
  void refuse(const grpc::Status& status);

  void told(const std::shared_ptr<const v1::RecordedStep>& step) override;
  void ended() override { close(grpc::Status::OK); }
  // Ends the stream after what is on its way.
  void close(const grpc::Status& status);

  [[nodiscard]] const std::string& session_id() const { return id_; }

 private:
  void OnWriteDone(bool ok) override;
  void OnCancel() override { close(grpc::Status::CANCELLED); }
  void OnDone() override;

  // What to do next, decided under the lock and done outside of it: gRPC may call back.
  struct Next {
    bool write = false;
    std::optional<grpc::Status> finish;
  };
  Next next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void carry_out(const Next& next);

  Sessions& sessions_;
  OpenStreams<WatchStream>& streams_;
  Reception::Call call_;
  const std::string id_;
  v1::WatchSessionResponse response_;  // on its way, while writing_

  absl::Mutex mutex_;
  bool begun_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<grpc::Status> closing_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t last_step_ ABSL_GUARDED_BY(mutex_) = 0;  // that the watcher knows of
  std::deque<std::shared_ptr<const v1::RecordedStep>> buffer_ ABSL_GUARDED_BY(mutex_);
};

// Looks at the session and goes on, or ends at once with what stands against it.
grpc::ServerWriteReactor<v1::WatchSessionResponse>* open_watch(
    Sessions& sessions, OpenStreams<WatchStream>& streams, const Reception& reception,
    absl::StatusOr<Reception::Call> call, const v1::WatchSessionRequest& request);

}  // namespace stepshake::server
