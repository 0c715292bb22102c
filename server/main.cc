// stepshaked: parses the command line, serves, and drains when it is told to stop.
#include <pthread.h>

#include <csignal>
#include <cstdio>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "crypto/library.h"
#include "server/flags.h"
#include "server/server.h"
#include "server/telemetry.h"

namespace stepshake::server {
namespace {

constexpr int kCannotServe = 1;

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void print(std::FILE* to, const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
}

int serve(const Flags& flags) {
  // Before there is any other thread, so that all of them leave these signals to this one.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto log = make_log(flags.log_level);
  take_grpc_messages(log);
  ServerOptions options;
  options.listen = flags.listen;
  options.limits = flags.limits;
  options.keys = flags.keys;
  options.redis = flags.redis;
  options.log = log;
  const auto server = Server::start(std::move(options));
  if (!server.ok()) {
    print(stderr, absl::StrCat("stepshaked: ", server.status().message(), "\n"));
    return kCannotServe;
  }
  log->info("stepshaked {} with {} serves", STEPSHAKE_VERSION, crypto::library_version());
  for (const ListenAddress& address : (*server)->addresses()) {
    print(stdout, absl::StrCat("listening on ", address.text(), "\n"));
  }

  int signal = 0;
  sigwait(&signals, &signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one does what it does to any program
  log->info("{}: draining", signal == SIGTERM ? "SIGTERM" : "SIGINT");
  const bool all_ended = (*server)->drain(flags.drain_timeout);
  if (!all_ended) log->warn("calls were cut off: they took longer than --drain-timeout");
  log->info("stopped");
  return 0;
}

int run(int argc, const char* const* argv) {
  const auto parsed = parse_flags(argc, argv);
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    print(answer->exit_status == 0 ? stdout : stderr, answer->text);
    return answer->exit_status;
  }
  return serve(std::get<Flags>(parsed));
}

}  // namespace
}  // namespace stepshake::server

int main(int argc, char** argv) { return stepshake::server::run(argc, argv); }
