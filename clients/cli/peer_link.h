// A session of the service on one side, a real TCP peer on the other, and the bytes between them.
// All input that has come goes into one step, so that a flight costs one round trip; all output
// goes out, whatever the call returned: a failed step's output is the alert.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "cli/descriptor.h"
#include "cli/service.h"
#include "cli/socket.h"
#include "cli/stop.h"

namespace stepshake::cli {

enum class Progress {
  kDone,       // the call succeeded
  kWantInput,  // it needs bytes that have not come yet
  kClosed,     // the peer sent close_notify
  kFailed,     // the session has failed, or cannot go on
  kTimedOut,   // the peer was silent for too long
  kStopped,    // a signal came
};

class PeerLink {
 public:
  struct Options {
    double timeout_seconds = 0;                            // for each wait on the peer; 0: none
    std::function<void(const v1::StepResponse&)> on_step;  // may be empty
  };

  PeerLink(Service& service, const StopSignals& stop, std::string session, Descriptor socket,
           Options options);

  // One step. Does not wait for the peer, except to take the output.
  absl::StatusOr<Progress> call(v1::Call call, absl::string_view data = {});
  // Waits for bytes or the end of file from the peer: kDone, kTimedOut or kStopped. kWantInput when
  // `other` (a descriptor) became readable first.
  Progress await(double timeout_seconds, int other = -1);
  Progress await() { return await(options_.timeout_seconds); }

  // Steps until the handshake is complete or cannot be.
  absl::StatusOr<Progress> handshake();
  // Steps until there is application data: last().data().
  absl::StatusOr<Progress> read();
  absl::StatusOr<Progress> write(absl::string_view data) { return call(v1::CALL_WRITE, data); }
  // Sends close_notify.
  absl::StatusOr<Progress> shutdown() { return call(v1::CALL_SHUTDOWN); }

  // Tells the peer that nothing more comes, and takes what it still sends, so that it reads our
  // last bytes instead of a reset. Bounded in time.
  void half_close();
  void drain();

  // There is input that a step has not had yet, or had and left.
  bool has_unread_input() const;
  bool at_end_of_file() const { return end_of_file_; }
  bool handshake_complete() const { return last_.handshake_complete(); }
  const v1::StepResponse& last() const { return last_; }
  // What was agreed, as far as any step has told.
  const v1::Negotiated& negotiated() const { return negotiated_; }
  // Why the link has ended with `progress`, for a reader.
  std::string explain(Progress progress) const;

 private:
  Progress classify() const;
  Progress send_output(absl::string_view output);
  Progress receive();

  Service& service_;
  const StopSignals& stop_;
  Descriptor socket_;
  Options options_;
  v1::StepRequest request_;  // kept for its name; input collects here
  v1::StepResponse last_;
  v1::Negotiated negotiated_;
  bool end_of_file_ = false;
  bool end_of_file_told_ = false;
  bool starved_ = true;  // the session has had all input, or asked for more
  bool reset_ = false;
};

}  // namespace stepshake::cli
