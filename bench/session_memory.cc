// What a session takes in the service's memory while nobody steps it: malloc's count and the resident set, over many
// sessions in each state. Usage: bench_session_memory [sessions]
#include <malloc.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "server/server.h"
#include "server/sessions.h"

namespace stepshake::server {
namespace {

std::size_t resident_bytes() {
  std::size_t pages = 0;
  std::size_t resident = 0;
  std::ifstream("/proc/self/statm") >> pages >> resident;
  return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

class Bench {
 public:
  explicit Bench(std::size_t count)
      : count_(count),
        identities_(
            std::make_shared<const TestIdentities>(TestIdentities::make(absl::Now()).value())) {
    Limits limits;
    limits.max_sessions = 2 * count + 1'000;
    sessions_ = make_sessions(limits, identities_);
  }

  void run() {
    std::printf("%-34s %10s %10s\n", "bytes a session", "malloc", "resident");
    row("server, waiting for a ClientHello", [&] { return made(server_config()); });
    row("client, after its ClientHello", [&] { return stepped(made(client_config())); });
    row("server, after its flight",
        [&] { return stepped(made(server_config()), output_of(made(client_config()))); });
    row("client, after the handshake", [&] { return handshake().first; });
    row("server, after the handshake", [&] { return handshake().second; });
  }

 private:
  // `make` makes one session; the others are its copies.
  void row(const char* name, const std::function<std::string()>& make) {
    const std::string first = make();
    copies(first, 1'000);  // what grows at first and is kept
    malloc_trim(0);
    const std::size_t used = mallinfo2().uordblks;
    const std::size_t resident = resident_bytes();
    const std::vector<std::string> names = copies(first, count_);
    const auto each = [this](std::size_t before, std::size_t after) {
      return static_cast<double>(after - before) / static_cast<double>(count_);
    };
    const double malloced = each(used, mallinfo2().uordblks) - name_bytes(names);
    std::printf("%-34s %10.0f %10.0f\n", name, malloced, each(resident, resident_bytes()));
    for (const std::string& copy : names) remove(copy);
  }

  // The list of names is the bench's own.
  static double name_bytes(const std::vector<std::string>& names) {
    constexpr double kChunk = 48;  // a name of 41 characters on the heap
    return static_cast<double>(sizeof(std::string)) + (names.front().size() > 15 ? kChunk : 0);
  }

  std::vector<std::string> copies(const std::string& name, std::size_t count) {
    std::vector<std::string> names;
    names.reserve(count);
    v1::ForkSessionRequest request;
    request.set_name(name);
    for (std::size_t i = 0; i < count; ++i) {
      v1::ForkSessionResponse response;
      check(sessions_->archive().fork({}, request, response));
      names.push_back(response.session().name());
    }
    return names;
  }

  std::string made(const v1::SessionConfig& config) {
    v1::CreateSessionRequest request;
    *request.mutable_config() = config;
    v1::CreateSessionResponse response;
    check(sessions_->create({}, request, response));
    return response.session().name();
  }

  v1::StepResponse step(const std::string& name, const std::string& input) {
    v1::StepRequest request;
    request.set_name(name);
    request.set_call(v1::CALL_DO_HANDSHAKE);
    request.set_input(input);
    v1::StepResponse response;
    Sessions::Wait wait;
    check(sessions_->step({}, request, response, wait));
    return response;
  }
  std::string output_of(const std::string& name) { return step(name, "").output(); }
  std::string stepped(std::string name, const std::string& input = {}) {
    step(name, input);
    return name;
  }

  std::pair<std::string, std::string> handshake() {
    const std::string client = made(client_config());
    const std::string server = made(server_config());
    std::string flight = output_of(client);
    for (int turn = 0; turn < 2; ++turn) {
      const std::string answer = step(server, flight).output();
      flight = step(client, answer).output();
    }
    return {client, server};
  }

  void remove(const std::string& name) {
    v1::DeleteSessionRequest request;
    request.set_name(name);
    check(sessions_->remove({}, request));
  }

  static v1::SessionConfig server_config() {
    v1::SessionConfig config;
    config.set_role(v1::ROLE_SERVER);
    config.add_identities()->set_test_identity("ecdsa");
    return config;
  }
  static v1::SessionConfig client_config() {
    v1::SessionConfig config;
    config.set_role(v1::ROLE_CLIENT);
    config.set_server_name("localhost");
    config.set_trust_test_ca(true);
    return config;
  }

  static void check(const absl::Status& status) {
    if (status.ok()) return;
    std::fprintf(stderr, "bench_session_memory: %s\n", std::string(status.message()).c_str());
    std::exit(1);
  }

  static std::unique_ptr<Sessions> make_sessions(
      const Limits& limits, const std::shared_ptr<const TestIdentities>& identities) {
    static Metrics metrics;
    return std::make_unique<Sessions>(
        limits, Policies(), identities,
        std::make_shared<const ServiceKeys>(ServiceKeys::of_this_process()), nullptr,
        std::make_shared<Log>(std::make_shared<spdlog::logger>("bench"), LogFormat::text), metrics);
  }

  const std::size_t count_;
  std::shared_ptr<const TestIdentities> identities_;
  std::unique_ptr<Sessions> sessions_;
};

}  // namespace
}  // namespace stepshake::server

int main(int argc, char** argv) {
  const long count = argc > 1 ? std::strtol(argv[1], nullptr, 10) : 100'000;
  if (count < 1) {
    std::fprintf(stderr, "usage: bench_session_memory [sessions]\n");
    return 2;
  }
  stepshake::server::Bench(static_cast<std::size_t>(count)).run();
  return 0;
}
