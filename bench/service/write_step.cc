#include "bench/service/write_step.h"

#include <ctime>
#include <utility>

#include "bench/handshake/engine_config.h"
#include "bench/measure/statistics.h"
#include "crypto/random.h"

namespace stepshake::bench {
namespace {

struct Side {
  policy::Config config;
  connection::Stepped stepped;

  explicit Side(policy::Config with)
      : config(std::move(with)), stepped(connection::make_stepped(config)) {}

  Bytes step(connection::Call call, BytesView input, BytesView data = {}) {
    const connection::World world{config, {std::time(nullptr), crypto::fresh_entropy()}};
    connection::StepInput in;
    in.input = input;
    in.call = call;
    in.data = data;
    connection::step(stepped, world, in);
    return std::exchange(stepped.outbox, {});
  }
};

}  // namespace

v1::StepRequest write_step(const std::string& name) {
  v1::StepRequest request;
  request.set_name(name);
  request.set_call(v1::CALL_WRITE);
  request.set_data(std::string(kWritten, 'x'));
  return request;
}

v1::StepRequest echo_step(const v1::StepRequest& request, const v1::StepResponse& response) {
  v1::StepResponse answer;
  answer.set_name(request.name());
  answer.set_output(std::string(response.ByteSizeLong() - answer.ByteSizeLong() - 3, 'x'));
  v1::StepRequest echo;
  echo.set_name(request.name());
  echo.set_read_limit(static_cast<std::uint32_t>(answer.output().size()));
  echo.set_input(std::string(request.ByteSizeLong() - echo.ByteSizeLong() - 3, 'x'));
  check(echo.ByteSizeLong() == request.ByteSizeLong() &&
            answer.ByteSizeLong() == response.ByteSizeLong(),
        "the echo's messages are not as long as the service's");
  return echo;
}

double engine_write_us(const Suite& suite) {
  constexpr int kRounds = 200;
  constexpr int kBatch = 20;
  Side client(client_config(suite));
  Side server(server_config(suite));
  const auto shake = connection::Call::do_handshake;
  server.step(shake, client.step(shake, server.step(shake, client.step(shake, {}))));
  check(session::handshake_complete(server.stepped.connection.session), "the engine's handshake");

  const Bytes data(kWritten, 'x');
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t start = thread_cpu_ns();
    for (int i = 0; i < kBatch; ++i) server.step(connection::Call::write, {}, data);
    rounds.push_back(static_cast<double>(thread_cpu_ns() - start) / 1e3 / kBatch);
  }
  return median(rounds);
}

}  // namespace stepshake::bench
