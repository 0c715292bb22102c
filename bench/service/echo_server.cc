// A bare echo service on a free loopback port, until SIGTERM. Usage: bench_echo callback|queue
#include <pthread.h>
#include <signal.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "bench/service/echo.h"

int main(int argc, char** argv) {
  const std::string api = argc > 1 ? argv[1] : "";
  if (api != "callback" && api != "queue") {
    std::fprintf(stderr, "usage: bench_echo callback|queue\n");
    return 2;
  }
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);

  const auto echo =
      api == "queue" ? stepshake::bench::queue_echo() : stepshake::bench::callback_echo();
  grpc::ServerBuilder builder;
  int port = 0;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port);
  echo->add_to(builder);
  const auto server = builder.BuildAndStart();
  if (!server) return 1;
  echo->serve();
  std::printf("listening on 127.0.0.1:%d\n", port);
  std::fflush(stdout);

  int came = 0;
  sigwait(&ends, &came);
  server->Shutdown(std::chrono::system_clock::now());
  echo->stop();
  return 0;
}
