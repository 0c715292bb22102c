// RunSessions: the steps of many sessions over one bidirectional stream, on gRPC's callbacks. Reading, stepping and
// writing go on side by side; what the caller does not take ends the reading.
//
// The steps of a message are done in turn by the thread that read it, which is lent for a moment; then by the streams'
// workers. Those that take long, or may wait for the store, are done by workers of their own, a session's one after the
// other.
#pragma once

#include <google/protobuf/arena.h>
#include <grpcpp/support/server_callback.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "server/open_streams.h"
#include "server/reception.h"
#include "server/sessions.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

class StepStream final
    : public grpc::ServerBidiReactor<v1::RunSessionsRequest, v1::RunSessionsResponse>,
      public std::enable_shared_from_this<StepStream> {
 public:
  StepStream(Sessions& sessions, OpenStreams<StepStream>& streams, Reception::Call call)
      : sessions_(sessions), streams_(streams), call_(std::move(call)) {}

  // Owned by a shared_ptr when this is called.
  void begin();

  // Ends the stream with this status, after the answers to the steps that it has taken.
  void close(const grpc::Status& status);

 private:
  // A message whose parts lie together and go together: in one block where it has a step, in few where it has many.
  template <class Message>
  struct InArena {
    static google::protobuf::ArenaOptions options() {
      google::protobuf::ArenaOptions sizes;  // bytes
      sizes.start_block_size = 2'048;
      sizes.max_block_size = 32'768;
      return sizes;
    }

    google::protobuf::Arena arena{options()};
    Message& message = *google::protobuf::Arena::CreateMessage<Message>(&arena);
  };
  using Request = InArena<v1::RunSessionsRequest>;
  using Response = InArena<v1::RunSessionsResponse>;

  // What the steps are at.
  enum class At {
    reading,  // a message is to come
    taking,   // a thread takes steps out of a message
    asking,   // it asks for the next message
    waiting,  // for a worker that goes on
    full,     // too much is unanswered
    ended,    // no more steps are taken
  };

  // A step that workers do. Its own copy: the message that it came in may be a thousand times larger, and counts no more.
  struct Queued {
    std::uint64_t index;
    std::unique_ptr<const v1::StepRequest> step;
    std::size_t bytes;
  };
  using Queue = std::deque<Queued>;

  // What to do next, decided under the lock and done outside of it: gRPC may call back.
  struct Next {
    bool write = false;
    std::optional<grpc::Status> finish;
  };

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

  void read();
  // Takes steps until the message is done, and asks for the next one, or until there is a reason to stop before: one is
  // that the turn is over.
  void take_steps(absl::Duration turn);
  At take_some(absl::Duration turn);
  // By a worker, or by whoever calls where it answers true.
  bool go_on();
  // False where the stream has ended meanwhile.
  bool leave_waiting();
  void take_step(std::uint64_t index, const v1::StepRequest& request);
  void do_step(const v1::StepRequest& request, v1::StepResult& result);

  void give_to_workers(std::uint64_t index, const v1::StepRequest& request);
  void run_queue(const std::string& session);
  void do_first_of(const std::string& session);
  // True where there are more.
  bool answer_first_of(const std::string& session, std::unique_ptr<v1::StepResult> result);

  [[nodiscard]] bool has_room() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  [[nodiscard]] bool is_over() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  bool start_writing() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Next next() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void carry_out(const Next& next);
  // True where steps are to be taken again, by whoever asks.
  bool leave_full() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Sessions& sessions_;
  OpenStreams<StepStream>& streams_;
  Reception::Call call_;

  // Whoever takes steps has these to itself.
  std::unique_ptr<Request> request_;
  int taken_ = 0;  // of its steps
  std::uint64_t steps_ = 0;
  // Also theirs while at_ is taking or asking; else under the lock.
  std::unique_ptr<Response> filling_;
  std::size_t filled_bytes_ = 0;

  std::unique_ptr<Response> writing_;  // on its way to the caller

  absl::Mutex mutex_;
  At at_ ABSL_GUARDED_BY(mutex_) = At::reading;
  std::uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;  // for messages, but the first
  bool is_writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
  bool broken_ ABSL_GUARDED_BY(mutex_) = false;  // the caller takes no more answers
  std::optional<grpc::Status> closing_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::unique_ptr<v1::StepResult>> from_workers_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, Queue> queues_
      ABSL_GUARDED_BY(mutex_);  // by session; none is empty
  std::size_t unanswered_steps_ ABSL_GUARDED_BY(mutex_) = 0;
  std::size_t unanswered_bytes_ ABSL_GUARDED_BY(mutex_) = 0;  // but for those of filling_
  std::size_t writing_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace stepshake::server
