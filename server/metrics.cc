#include "server/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>

#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "absl/synchronization/mutex.h"
#include "base/alert.h"
#include "crypto/library.h"
#include "session/session.h"

namespace stepshake::server {
namespace {

// A step takes tens of microseconds; a signature with a large RSA key, milliseconds.
const prometheus::Histogram::BucketBoundaries kStepSeconds = {
    0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
    0.005,   0.01,     0.025,   0.05,   0.1,     0.25,   0.5,   1.0};

prometheus::Family<prometheus::Counter>& counters(prometheus::Registry& registry,
                                                  const std::string& name,
                                                  const std::string& help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}

// What a registry does not know is one value, whatever its number.
template <class Enum>
std::string label_of(const std::optional<Enum>& value) {
  if (!value) return "";
  const auto name = wire::name_of(*value);
  return name.empty() ? "other" : std::string(name);
}

std::string alert_label(const session::Session& session) {
  if (!session.failure) return "";
  const auto alert =
      session.failure->peer_alert ? session.failure->peer_alert : alert_of(*session.failure);
  if (!alert) return "none";
  const std::string name = alert_name(*alert);
  return absl::StartsWith(name, "alert_") ? "other" : name;
}

// CALL_DO_HANDSHAKE -> do_handshake
std::string call_label(v1::Call call) {
  const std::string name = v1::Call_Name(call);
  absl::string_view label = name;
  absl::ConsumePrefix(&label, "CALL_");
  return call == v1::CALL_UNSPECIFIED ? "none" : absl::AsciiStrToLower(label);
}

}  // namespace

class Metrics::Gauges final : public prometheus::Collectable {
 public:
  void add(std::string name, std::string help, std::function<double()> now) {
    const absl::MutexLock lock(&mutex_);
    all_.push_back({std::move(name), std::move(help), std::move(now)});
  }

  void drop() {
    const absl::MutexLock lock(&mutex_);
    all_.clear();
  }

  std::vector<prometheus::MetricFamily> Collect() const override {
    const absl::MutexLock lock(&mutex_);
    std::vector<prometheus::MetricFamily> families;
    for (const Sampled& one : all_) {
      prometheus::ClientMetric metric;
      metric.gauge.value = one.now();
      families.push_back({one.name, one.help, prometheus::MetricType::Gauge, {metric}});
    }
    return families;
  }

 private:
  struct Sampled {
    std::string name;
    std::string help;
    std::function<double()> now;
  };
  mutable absl::Mutex mutex_;
  std::vector<Sampled> all_ ABSL_GUARDED_BY(mutex_);
};

bool handshake_is_open(const SessionRecord& record) {
  const session::Session& session = record.stepped.connection.session;
  return !session.failure && !session::handshake_complete(session);
}

HandshakeResult handshake_result(const SessionRecord& record) {
  const session::Session& session = record.stepped.connection.session;
  HandshakeResult result;
  if (session.role) result.role = *session.role == policy::Role::client ? "client" : "server";
  result.result = session.failure ? "failed" : "complete";
  result.version = label_of(session.facts.version);
  result.cipher_suite = label_of(session.facts.cipher_suite);
  result.group = label_of(session.facts.group);
  result.alert = alert_label(session);
  return result;
}

Metrics::Metrics()
    : registry_(std::make_shared<prometheus::Registry>()), gauges_(std::make_shared<Gauges>()) {
  prometheus::Registry& all = *registry_;
  steps_ = &counters(all, "stepshake_steps_total",
                     "Steps done, by call and by what SSL_get_error says of it.");
  handshakes_ = &counters(all, "stepshake_handshakes_total", "Handshakes that ended, by how.");
  ended_ = &counters(all, "stepshake_sessions_ended_total", "Sessions that ended, by why.");
  calls_ = &counters(all, "stepshake_calls_total", "gRPC calls that ended, by method and status.");
  refusals_ =
      &counters(all, "stepshake_refusals_total", "Calls that were refused, by ErrorInfo's reason.");
  reloads_ = &counters(all, "stepshake_reloads_total",
                       "Files that changed and were read again, by result.");
  created_ = &counters(all, "stepshake_sessions_created_total", "Sessions made.").Add({});
  auto& bytes = counters(all, "stepshake_bytes_total", "Bytes from and to sessions' peers.");
  bytes_in_ = &bytes.Add({{"direction", "in"}});
  bytes_out_ = &bytes.Add({{"direction", "out"}});
  seconds_ = &prometheus::BuildHistogram()
                  .Name("stepshake_step_seconds")
                  .Help("How long steps took in the server.")
                  .Register(all)
                  .Add({}, kStepSeconds);
  prometheus::BuildGauge()
      .Name("stepshake_build_info")
      .Help("1; the labels say which build this is, and with which libcrypto it runs.")
      .Register(all)
      .Add({{"version", STEPSHAKE_VERSION}, {"libcrypto", crypto::library_version()}})
      .Set(1);
}

prometheus::Counter& Metrics::steps_of(v1::Call call, v1::SslError ssl_error) {
  std::atomic<prometheus::Counter*>* known = nullptr;
  const auto row = static_cast<std::size_t>(call);
  const auto column = static_cast<std::size_t>(ssl_error);
  if (row < kCalls && column < kErrors) known = &known_steps_[row][column];
  if (known != nullptr) {
    if (auto* const counter = known->load(std::memory_order_acquire)) return *counter;
  }
  prometheus::Counter& counter =
      steps_->Add({{"call", call_label(call)}, {"class", v1::SslError_Name(ssl_error)}});
  if (known != nullptr) known->store(&counter, std::memory_order_release);
  return counter;
}

void Metrics::stepped(const Step& step) {
  steps_of(step.call, step.ssl_error).Increment();
  seconds_->Observe(absl::ToDoubleSeconds(step.took));
  if (step.bytes_in != 0) bytes_in_->Increment(static_cast<double>(step.bytes_in));
  if (step.bytes_out != 0) bytes_out_->Increment(static_cast<double>(step.bytes_out));
}

void Metrics::handshake_ended(const HandshakeResult& result) {
  handshakes_
      ->Add({{"role", result.role},
             {"result", result.result},
             {"version", result.version},
             {"suite", result.cipher_suite},
             {"group", result.group},
             {"alert", result.alert}})
      .Increment();
}

void Metrics::session_created() { created_->Increment(); }

void Metrics::session_ended(absl::string_view why) {
  ended_->Add({{"reason", std::string(why)}}).Increment();
}

void Metrics::call_ended(absl::string_view method, absl::StatusCode code) {
  prometheus::Counter* counter = nullptr;
  {
    const absl::MutexLock lock(&calls_mutex_);
    auto& known = known_calls_[{method, code}];
    if (known == nullptr) {
      known =
          &calls_->Add({{"method", std::string(method)}, {"code", absl::StatusCodeToString(code)}});
    }
    counter = known;
  }
  counter->Increment();
}

void Metrics::call_refused(absl::string_view reason) {
  refusals_->Add({{"reason", std::string(reason)}}).Increment();
}

void Metrics::reloaded(absl::string_view what, bool loaded) {
  reloads_->Add({{"what", std::string(what)}, {"result", loaded ? "loaded" : "refused"}})
      .Increment();
}

void Metrics::add_gauge(const std::string& name, const std::string& help,
                        std::function<double()> now) {
  gauges_->add(name, help, std::move(now));
}

std::weak_ptr<prometheus::Collectable> Metrics::counted() const { return registry_; }

std::weak_ptr<prometheus::Collectable> Metrics::gauges() const { return gauges_; }

void Metrics::drop_gauges() { gauges_->drop(); }

}  // namespace stepshake::server
