#include <atomic>
#include <thread>

#include "bench/handshake/certificates.h"
#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "bench/measure/statistics.h"
#include "bench/service/sections.h"
#include "bench/service/service_sessions.h"

namespace stepshake::bench {
namespace {

constexpr std::size_t kSlowAtOnce = 8;

Presented rsa_4096() {
  const Certified issued = self_signed(crypto::PrivateKey(std::shared_ptr<EVP_PKEY>(
      EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", std::size_t{4096}), EVP_PKEY_free)));
  return {crypto::certificate_to_pem(to_der(issued.certificate.get())), crypto::to_pem(issued.key)};
}

// ClientHellos for fresh sessions of the configuration.
Work hellos(ServerUnderLoad& server, const v1::SessionConfig& config, const policy::Config& client,
            std::size_t count) {
  Work work;
  for (const std::string& name : create_sessions(server, config, count)) {
    work.requests.push_back(do_handshake(name, EnginePeer(client).shake({})));
  }
  return work;
}

void end_sessions(ServerUnderLoad& server, const Work& work) {
  Names names;
  for (const v1::StepRequest& request : work.requests) names.push_back(request.name());
  delete_sessions(server, names);
}

// ClientHellos that are answered with ECDSA.
Work quick_work(ServerUnderLoad& server, const Load& load) {
  const Suite& suite = all_suites().front();
  return hellos(server, service_config(suite), client_config(suite), load.steps / 3);
}

// More than can be signed while the quick ones are, so that the load generator makes none of them meanwhile: its processor
// would be busy for as long as the server's.
std::vector<Work> slow_work(ServerUnderLoad& server, const Load& load) {
  const Suite& suite = all_suites()[1];
  const policy::Config client = client_config(suite);
  const v1::SessionConfig config = service_config(suite, rsa_4096());
  std::vector<Work> batches;
  for (std::size_t made = 0; made < load.steps / 6 + kSlowAtOnce; made += kSlowAtOnce) {
    batches.push_back(hellos(server, config, client, kSlowAtOnce));
  }
  return batches;
}

std::vector<double> run(ServerUnderLoad& server, std::size_t at_once, Work work) {
  make_caller(Shape::unary, server, at_once)->run(work);
  end_sessions(server, work);
  return work.microseconds;
}

void print(const char* key, const std::vector<double>& microseconds, JsonWriter& json) {
  json.begin_object(key)
      .number("p50_us", median(microseconds))
      .number("p99_us", quantile(microseconds, 0.99))
      .number("most_us", quantile(microseconds, 1))
      .end_object();
}

}  // namespace

void measure_slow_lane(const Servers& servers, const Load& load, JsonWriter& json) {
  ServerUnderLoad& server = servers.service;
  json.begin_object("slow_lane");
  print("alone", run(server, 1, quick_work(server, load)), json);
  Work quick = quick_work(server, load);
  std::vector<Work> batches = slow_work(server, load);
  std::atomic<bool> enough = false;
  std::vector<double> slow;
  std::thread signing([&] {
    for (Work& batch : batches) {
      if (enough) break;
      const std::vector<double> took = run(server, kSlowAtOnce, std::move(batch));
      slow.insert(slow.end(), took.begin(), took.end());
    }
  });
  const std::vector<double> beside = run(server, 1, std::move(quick));
  enough = true;
  signing.join();
  print("beside_rsa_4096", beside, json);
  print("rsa_4096", slow, json);
  json.count("rsa_4096_handshakes", slow.size()).end_object();
}

}  // namespace stepshake::bench
