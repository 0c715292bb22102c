#include "bench/service/write_step.h"

#include "bench/handshake/engine_config.h"
#include "bench/handshake/engine_peer.h"
#include "bench/measure/statistics.h"

namespace stepshake::bench {

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
  const policy::Config client_side = client_config(suite);
  const policy::Config server_side = server_config(suite);
  EnginePeer client(client_side);
  EnginePeer server(server_side);
  server.shake(client.shake(server.shake(client.shake({}))));
  check(server.complete(), "the engine's handshake is not complete");

  const Bytes data(kWritten, 'x');
  std::vector<double> rounds;
  for (int round = 0; round < kRounds; ++round) {
    const std::int64_t start = thread_cpu_ns();
    for (int i = 0; i < kBatch; ++i) server.write(data);
    rounds.push_back(static_cast<double>(thread_cpu_ns() - start) / 1e3 / kBatch);
  }
  return median(rounds);
}

}  // namespace stepshake::bench
