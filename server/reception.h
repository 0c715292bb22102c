// Where each call comes in: is the server open, who calls, is there room for one more stream, how long may it take.
#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/server_context.h>

#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/authenticator.h"
#include "server/caller.h"
#include "server/calls_in_flight.h"
#include "server/limits.h"
#include "server/log.h"
#include "server/metrics.h"
#include "server/stream_slots.h"

namespace stepshake::server {

// Safe to use from many threads.
class Reception {
 public:
  // All of them outlive it.
  Reception(const Limits& limits, const Authenticator& authenticator, Metrics& metrics,
            const Log& log)
      : limits_(limits),
        authenticator_(authenticator),
        metrics_(metrics),
        log_(log),
        streams_(limits) {}

  // One call; it is over when this goes.
  class Call {
   public:
    [[nodiscard]] const Caller& caller() const { return inside_->caller; }
    // `stop` is called once, from any thread, if the call is still there when its time is over; with the status that it
    // then ends with.
    void limit_time(std::function<void(const absl::Status&)> stop);

    // One of its steps is refused, and the call goes on: counted as a call that is, and logged for whoever debugs, since
    // a message can hold a million such.
    void refuses_step(const grpc::Status& status);

    // With what it ends, for whoever counts; the answer is `status` again.
    const grpc::Status& ends(const grpc::Status& status);

   private:
    friend class Reception;
    struct Inside {
      Inside(Reception& its_reception, CallsInFlight::Call its_place)
          : reception(its_reception), place(std::move(its_place)) {}
      Inside(const Inside&) = delete;
      Inside& operator=(const Inside&) = delete;
      ~Inside() {
        if (streams != nullptr) streams->give_back(caller.name);
      }

      Reception& reception;

      CallsInFlight::Call place;
      Caller caller;
      StreamSlots* streams = nullptr;  // where it holds a slot
      absl::string_view method;
      absl::Duration max_time;
      absl::Time end;  // where that comes before the caller's own deadline
      std::optional<grpc::Alarm> alarm;
    };
    explicit Call(std::unique_ptr<Inside> inside) : inside_(std::move(inside)) {}

    std::unique_ptr<Inside> inside_;
  };

  // UNAVAILABLE after close(), UNAUTHENTICATED, or RESOURCE_EXHAUSTED for a stream too many: that is how the call ends.
  // `method`: its name, a literal.
  enum class Kind { unary, stream };
  absl::StatusOr<Call> enter(grpc::CallbackServerContext& context, absl::string_view method,
                             Kind kind = Kind::unary);

  void close() { calls_.close(); }
  [[nodiscard]] bool is_closed() const { return calls_.is_closed(); }
  // As CallsInFlight.
  [[nodiscard]] std::size_t open_streams() const { return streams_.taken(); }
  [[nodiscard]] bool wait_for_none(absl::Time deadline) const {
    return calls_.wait_for_none(deadline);
  }

 private:
  absl::Status let_in(grpc::CallbackServerContext& context, Kind kind, Call::Inside& inside);
  void count(absl::string_view method, const Caller& caller, const grpc::Status& status);
  struct LogLine {
    Log::Level level;
    absl::string_view message;
  };
  // `refusal`: the line for a status with a reason.
  void tell(absl::string_view method, const Caller& caller, const grpc::Status& status,
            const LogLine& refusal);

  const Limits limits_;
  const Authenticator& authenticator_;
  Metrics& metrics_;
  const Log& log_;
  CallsInFlight calls_;
  StreamSlots streams_;
};

}  // namespace stepshake::server
