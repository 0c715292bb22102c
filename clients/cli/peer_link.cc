// The bytes between a session and a TCP peer.
#include "cli/peer_link.h"

#include <sys/socket.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/text.h"

namespace stepshake::cli {
namespace {

constexpr size_t kReceiveSize = 65536;    // bytes at once
constexpr size_t kMostInput = 262144;     // bytes that wait for a step
constexpr double kDrainSeconds = 2;       // in all
constexpr int kRepeatsOfOneCall = 10000;  // of a call that wants to write: a guard, never met

}  // namespace

PeerLink::PeerLink(Service& service, const StopSignals& stop, std::string session,
                   Descriptor socket, Options options)
    : service_(service), stop_(stop), socket_(std::move(socket)), options_(std::move(options)) {
  request_.set_name(std::move(session));
}

absl::StatusOr<Progress> PeerLink::call(v1::Call call, absl::string_view data) {
  for (int repeats = 0; repeats < kRepeatsOfOneCall; ++repeats) {
    request_.set_call(call);
    request_.set_data(std::string(data));
    request_.set_end_of_input(end_of_file_ && !end_of_file_told_);
    auto response = service_.step(request_);
    if (!response.ok()) return response.status();
    end_of_file_told_ = end_of_file_;
    request_.clear_input();
    last_ = std::move(*response);
    if (last_.has_negotiated()) negotiated_ = last_.negotiated();
    if (options_.on_step) options_.on_step(last_);
    const Progress sent = send_output(last_.output());
    starved_ = last_.ssl_error() == v1::SSL_ERROR_WANT_READ || last_.pending_input_bytes() == 0;
    const Progress progress = classify();
    if (sent != Progress::kDone && progress != Progress::kFailed) return sent;
    // Output has been taken: there is room again.
    if (last_.ssl_error() != v1::SSL_ERROR_WANT_WRITE) return progress;
  }
  return Progress::kFailed;
}

Progress PeerLink::classify() const {
  if (step_failed(last_)) return Progress::kFailed;
  if (last_.return_value() > 0 || last_.call() == v1::CALL_SHUTDOWN) return Progress::kDone;
  switch (last_.ssl_error()) {
    case v1::SSL_ERROR_WANT_READ:
      return end_of_file_told_ ? Progress::kFailed : Progress::kWantInput;
    case v1::SSL_ERROR_ZERO_RETURN: return Progress::kClosed;
    default: return Progress::kFailed;  // it waits for a decision that this program cannot make
  }
}

// While the peer takes nothing, what it sends is taken: it may be waiting for just that.
Progress PeerLink::send_output(absl::string_view output) {
  const Deadline deadline = deadline_in(options_.timeout_seconds);
  while (!output.empty()) {
    const ssize_t sent = ::send(socket_.get(), output.data(), output.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      output.remove_prefix(static_cast<size_t>(sent));
      continue;
    }
    if (errno == EINTR) continue;
    // The peer is gone. What it sent before, an alert perhaps, is still to be read.
    if (errno != EAGAIN && errno != EWOULDBLOCK) return Progress::kDone;
    const bool may_read = !end_of_file_ && request_.input().size() < kMostInput;
    switch (wait_for({.socket = socket_.get(),
                      .interest = may_read ? Interest::kReadOrWrite : Interest::kWrite,
                      .stop = stop_.descriptor(),
                      .deadline = deadline})) {
      case Ready::kReadable: receive(); break;
      case Ready::kTimedOut: return Progress::kTimedOut;
      case Ready::kStopped: return Progress::kStopped;
      default: break;
    }
  }
  return Progress::kDone;
}

Progress PeerLink::await(double timeout_seconds, int other) {
  const Deadline deadline = deadline_in(timeout_seconds);
  for (;;) {
    switch (wait_for({.socket = socket_.get(),
                      .other = other,
                      .stop = stop_.descriptor(),
                      .deadline = deadline})) {
      case Ready::kStopped: return Progress::kStopped;
      case Ready::kTimedOut: return Progress::kTimedOut;
      case Ready::kOther: return Progress::kWantInput;
      default: break;
    }
    if (receive() == Progress::kDone) return Progress::kDone;
  }
}

// kDone, or kWantInput when there was nothing after all.
Progress PeerLink::receive() {
  char bytes[kReceiveSize];
  const ssize_t count = ::recv(socket_.get(), bytes, sizeof bytes, 0);
  if (count > 0) {
    request_.mutable_input()->append(bytes, static_cast<size_t>(count));
    return Progress::kDone;
  }
  if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    return Progress::kWantInput;
  }
  // To TLS, a reset is an end of file.
  reset_ = count < 0;
  end_of_file_ = true;
  return Progress::kDone;
}

absl::StatusOr<Progress> PeerLink::handshake() {
  for (;;) {
    const absl::StatusOr<Progress> progress = call(v1::CALL_DO_HANDSHAKE);
    if (!progress.ok() || *progress != Progress::kWantInput) return progress;
    const Progress waited = await();
    if (waited != Progress::kDone) return waited;
  }
}

bool PeerLink::has_unread_input() const {
  return !starved_ || !request_.input().empty() || (end_of_file_ && !end_of_file_told_);
}

absl::StatusOr<Progress> PeerLink::read() {
  for (;;) {
    if (!has_unread_input()) {
      const Progress waited = await();
      if (waited != Progress::kDone) return waited;
    }
    const absl::StatusOr<Progress> progress = call(v1::CALL_READ);
    if (!progress.ok() || *progress != Progress::kWantInput) return progress;
  }
}

void PeerLink::half_close() { ::shutdown(socket_.get(), SHUT_WR); }

void PeerLink::drain() {
  const Deadline deadline = deadline_in(kDrainSeconds);
  while (!end_of_file_) {
    const Ready ready =
        wait_for({.socket = socket_.get(), .stop = stop_.descriptor(), .deadline = deadline});
    if (ready != Ready::kReadable) return;
    receive();
    request_.clear_input();
  }
}

std::string PeerLink::explain(Progress progress) const {
  switch (progress) {
    case Progress::kFailed: {
      std::string text = failure_text(last_);
      // Where an end of file counts as close_notify, it still was none.
      if (end_of_file_told_ && !last_.has_failure()) text = "the peer closed the connection";
      if (reset_) absl::StrAppend(&text, "; the peer reset the connection");
      return text;
    }
    case Progress::kClosed: return "the peer sent close_notify";
    case Progress::kTimedOut:
      return absl::StrCat("the peer was silent for ", options_.timeout_seconds, " s (--timeout)");
    case Progress::kStopped: return "interrupted";
    default: return "";
  }
}

}  // namespace stepshake::cli
