#include "server/callback_threads.h"

#include <grpc/support/cpu.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/slice.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "absl/time/time.h"

namespace stepshake::server {
namespace {

// A thread that is not busy runs a callback in a moment.
constexpr absl::Duration kPatience = absl::Seconds(2);

// Well below the second after which they sleep.
constexpr absl::Duration kTick = absl::Milliseconds(400);

// As gRPC counts them, of 1.37 and later (its CallbackAlternativeCQ). Another version's may be more, and then more of them
// run; or fewer, which is found out.
std::size_t threads_of_grpc() { return std::clamp(gpr_cpu_num_cores() / 2, 2U, 16U); }

}  // namespace

// Work done in one of them, when a call over a channel has ended on which each ends at once.
class CallbackThreads::Run {
 public:
  Run(const std::shared_ptr<grpc::Channel>& lame, std::function<void()> work) {
    grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>(lame).UnaryCall(
        &context_, "/none/None", {}, &request_, &response_,
        [this, work = std::move(work)](const grpc::Status& /*ended*/) {
          work();
          done_.Notify();
        });
  }
  // Waits for it. In that thread the channel must not go: the last one to go joins these threads.
  ~Run() { done_.WaitForNotification(); }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;

  [[nodiscard]] bool done_within(absl::Duration patience) const {
    return done_.WaitForNotificationWithTimeout(patience);
  }

 private:
  grpc::ClientContext context_;
  grpc::Slice nothing_;
  grpc::ByteBuffer request_{&nothing_, 1};
  grpc::ByteBuffer response_;
  absl::Notification done_;
};

// A channel without credentials is a lame one, on which all calls fail (gRPC's create_channel.h).
CallbackThreads::CallbackThreads(std::size_t running, const Log& log)
    : channel_(grpc::CreateChannel("", nullptr)),
      ticker_(kTick, [this] { const Run tick(channel_, [] {}); }) {
  const std::size_t surplus = threads_of_grpc() - std::min(threads_of_grpc(), running);
  for (std::size_t i = 0; i < surplus; ++i) {
    waiting_.push_back(std::make_unique<Run>(channel_, [this] { over_.WaitForNotification(); }));
  }
  if (surplus == 0) return;
  // Their queue is one: this is for whoever is left.
  const Run one_more(channel_, [] {});
  if (one_more.done_within(kPatience)) return;
  log.warning("all of gRPC's threads run: they do not go on when some of them wait",
              LogFields().add("running", running).add("waiting", surplus));
  let_go();
}

CallbackThreads::~CallbackThreads() {
  if (!over_.HasBeenNotified()) let_go();
}

void CallbackThreads::let_go() {
  over_.Notify();
  waiting_.clear();
}

}  // namespace stepshake::server
