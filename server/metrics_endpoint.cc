#include "server/metrics_endpoint.h"

#include <prometheus/exposer.h>

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"

namespace stepshake::server {
namespace {

constexpr std::size_t kThreads = 2;

class OverExposer final : public MetricsEndpoint {
 public:
  // Throws where it cannot listen.
  OverExposer(const ListenAddress& address, const Metrics& metrics)
      : exposer_(address.text(), kThreads),
        address_{address.host, static_cast<std::uint16_t>(exposer_.GetListeningPorts().front())} {
    exposer_.RegisterCollectable(metrics.counted());
    exposer_.RegisterCollectable(metrics.gauges());
  }

  [[nodiscard]] ListenAddress address() const override { return address_; }

 private:
  prometheus::Exposer exposer_;
  ListenAddress address_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<MetricsEndpoint>> MetricsEndpoint::start(
    const ListenAddress& address, const Metrics& metrics) {
  try {  // prometheus-cpp throws; nothing of it leaves this function
    return std::make_unique<OverExposer>(address, metrics);
  } catch (const std::exception&) {
    return absl::UnavailableError(
        absl::StrCat("cannot serve metrics on ", address.text(), ": ", why_not(address)));
  }
}

}  // namespace stepshake::server
