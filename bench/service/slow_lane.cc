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

// Answers to ClientHellos by ECDSA, one at a time.
std::vector<double> quick_steps(ServerUnderLoad& server, const Load& load) {
  const Suite& suite = all_suites().front();
  Work work = hellos(server, service_config(suite), client_config(suite), load.steps / 3);
  make_caller(Shape::unary, server, 1)->run(work);
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
  const Suite& rsa = all_suites()[1];
  const policy::Config client = client_config(rsa);
  const v1::SessionConfig config = service_config(rsa, rsa_4096());

  json.begin_object("slow_lane");
  print("alone", quick_steps(server, load), json);
  std::atomic<bool> enough = false;
  std::size_t done = 0;
  std::vector<double> slow;
  std::thread signing([&] {
    while (!enough) {
      Work work = hellos(server, config, client, 4 * kSlowAtOnce);
      make_caller(Shape::unary, server, kSlowAtOnce)->run(work);
      end_sessions(server, work);
      slow.insert(slow.end(), work.microseconds.begin(), work.microseconds.end());
      done += work.requests.size();
    }
  });
  const std::vector<double> beside = quick_steps(server, load);
  enough = true;
  signing.join();
  print("beside_rsa_4096", beside, json);
  print("rsa_4096", slow, json);
  json.count("rsa_4096_handshakes", done).end_object();
}

}  // namespace stepshake::bench
