// What the server counts, for Prometheus. docs/operating.md says what each metric means. Every label has a bounded
// number of values: nothing that a caller or a peer makes up becomes one.
#pragma once

#include <prometheus/registry.h>

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/session_store.h"
#include "stepshake/v1/handshake_service.pb.h"

namespace stepshake::server {

// How a handshake ended; only what is agreed or known is not empty.
struct HandshakeResult {
  std::string role;
  std::string result;  // complete, failed
  std::string version;
  std::string cipher_suite;
  std::string group;
  std::string alert;  // sent for the failure, or received
};

// Neither complete nor failed.
bool handshake_is_open(const SessionRecord& record);
// Of a session whose handshake is no longer open.
HandshakeResult handshake_result(const SessionRecord& record);

// Safe to use from many threads.
class Metrics {
 public:
  Metrics();

  struct Step {
    v1::Call call;
    v1::SslError ssl_error;
    absl::Duration took;
    std::uint64_t bytes_in;
    std::uint64_t bytes_out;
  };
  void stepped(const Step& step);
  void handshake_ended(const HandshakeResult& result);
  void session_created();
  void session_ended(absl::string_view why);  // deleted, expired, shutdown
  // `method`: a literal.
  void call_ended(absl::string_view method, absl::StatusCode code);
  // `reason`: ErrorInfo.reason.
  void call_refused(absl::string_view reason);
  void reloaded(absl::string_view what, bool loaded);

  // A number that is asked for whenever somebody looks. `now` must not be called after drop_gauges().
  void add_gauge(const std::string& name, const std::string& help, std::function<double()> now);
  void drop_gauges();

  [[nodiscard]] std::weak_ptr<prometheus::Collectable> counted() const;
  [[nodiscard]] std::weak_ptr<prometheus::Collectable> gauges() const;

 private:
  class Gauges;

  static constexpr std::size_t kCalls = v1::Call_ARRAYSIZE;
  static constexpr std::size_t kErrors = 64;  // SslError's numbers are below
  prometheus::Counter& steps_of(v1::Call call, v1::SslError ssl_error);

  std::shared_ptr<prometheus::Registry> registry_;
  std::shared_ptr<Gauges> gauges_;
  prometheus::Family<prometheus::Counter>* steps_;
  prometheus::Family<prometheus::Counter>* handshakes_;
  prometheus::Family<prometheus::Counter>* ended_;
  prometheus::Family<prometheus::Counter>* calls_;
  prometheus::Family<prometheus::Counter>* refusals_;
  prometheus::Family<prometheus::Counter>* reloads_;
  prometheus::Counter* created_;
  prometheus::Counter* bytes_in_;
  prometheus::Counter* bytes_out_;
  prometheus::Histogram* seconds_;
  // Filled as steps and calls come: a family's own lookup would be a lock, a map and hashes of strings for each.
  std::array<std::array<std::atomic<prometheus::Counter*>, kErrors>, kCalls> known_steps_{};
  absl::Mutex calls_mutex_;
  absl::flat_hash_map<std::pair<absl::string_view, absl::StatusCode>, prometheus::Counter*>
      known_calls_ ABSL_GUARDED_BY(calls_mutex_);
};

}  // namespace stepshake::server
