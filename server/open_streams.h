// The streams of one kind that are open. Owns each until gRPC is done with it, and it says so with forget().
#pragma once

#include <grpcpp/support/status.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"

namespace stepshake::server {

// Safe to use from many threads.
template <class Stream>
class OpenStreams {
 public:
  Stream* keep(std::shared_ptr<Stream> stream) {
    Stream* const kept = stream.get();
    const absl::MutexLock lock(&mutex_);
    open_.emplace(kept, std::move(stream));
    return kept;
  }

  void close_all(const grpc::Status& status) {
    std::vector<std::shared_ptr<Stream>> streams;
    {
      const absl::MutexLock lock(&mutex_);
      for (const auto& [key, stream] : open_) streams.push_back(stream);
    }
    for (const auto& stream : streams) stream->close(status);
  }

  void forget(Stream* stream) {
    std::shared_ptr<Stream> last;  // goes after the lock is given back
    const absl::MutexLock lock(&mutex_);
    const auto found = open_.find(stream);
    last = std::move(found->second);
    open_.erase(found);
  }

 private:
  absl::Mutex mutex_;
  absl::flat_hash_map<Stream*, std::shared_ptr<Stream>> open_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace stepshake::server
