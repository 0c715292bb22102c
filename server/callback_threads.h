// gRPC's own threads, which take in what comes on connections and run callbacks. gRPC 1.51 has half as many as the
// machine has processors, from 2 to 16, whatever the process may use, and no setting changes that. Two things of theirs
// cost callers something (docs/performance.md has figures):
// - where they are more than there are processors to run them, each call wakes some for nothing;
// - one that had nothing to do for a second sleeps for a tenth of one, and a call may have to wait for that.
#pragma once

#include <grpcpp/channel.h>

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/synchronization/notification.h"
#include "server/log.h"
#include "server/ticker.h"

namespace stepshake::server {

// As long as it lives, some of these threads wait, and the others have something to do. They are the whole process's: it
// has one of these objects at most.
class CallbackThreads {
 public:
  // `running` go on, 1 or more. If they do not, none waits, and the log says so.
  CallbackThreads(std::size_t running, const Log& log);
  ~CallbackThreads();
  CallbackThreads(const CallbackThreads&) = delete;
  CallbackThreads& operator=(const CallbackThreads&) = delete;

  // How many wait.
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  class Run;

  void let_go();

  const std::shared_ptr<grpc::Channel> channel_;
  absl::Notification over_;
  std::vector<std::unique_ptr<Run>> waiting_;
  Ticker ticker_;
};

}  // namespace stepshake::server
