// stepshaked: parses the command line, serves, and drains when it is told to stop.
#include <pthread.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "crypto/certificate_cache.h"
#include "crypto/library.h"
#include "server/callback_threads.h"
#include "server/flags.h"
#include "server/log.h"
#include "server/processors.h"
#include "server/server.h"

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

// One on one processor costs less for a few short steps at once, and more for many handshakes (docs/performance.md).
std::size_t usual_io_threads() { return std::max<std::size_t>(2, usable_processors()); }

int serve(const Flags& flags) {
  // Before there is any other thread, so that all of them leave these signals to this one.
  const sigset_t signals = stop_signals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);

  const auto log = Log::to_stderr(flags.log_level,
                                  flags.log_format == "json" ? LogFormat::json : LogFormat::text);
  take_grpc_messages(log);
  ServerOptions options{flags.listen,
                        flags.limits,
                        flags.policies,
                        nullptr,
                        log,
                        flags.tls,
                        flags.token_file,
                        flags.reflection,
                        flags.health_listen,
                        flags.metrics_listen,
                        flags.keys,
                        flags.redis};
  crypto::keep_certificates(flags.limits.certificate_cache);
  const CallbackThreads threads(flags.io_threads == 0 ? usual_io_threads() : flags.io_threads,
                                *log);
  const auto server = Server::start(std::move(options));
  if (!server.ok()) {
    print(stderr, absl::StrCat("stepshaked: ", server.status().message(), "\n"));
    return kCannotServe;
  }
  log->info(
      "serving",
      LogFields().add("version", STEPSHAKE_VERSION).add("libcrypto", crypto::library_version()));
  for (const ListenAddress& address : (*server)->addresses()) {
    print(stdout, absl::StrCat("listening on ", address.text(), "\n"));
  }
  if (const auto& address = (*server)->health_address()) {
    print(stdout, absl::StrCat("health on ", address->text(), "\n"));
  }
  if (const auto& address = (*server)->metrics_address()) {
    print(stdout, absl::StrCat("metrics on ", address->text(), "\n"));
  }

  int signal = 0;
  sigwait(&signals, &signal);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);  // a second one does what it does to any program
  log->info("draining", LogFields().add("signal", signal == SIGTERM ? "SIGTERM" : "SIGINT"));
  const bool all_ended = (*server)->drain(flags.drain_timeout);
  if (!all_ended) log->warning("calls were cut off: they took longer than --drain-timeout");
  log->info("stopped");
  return 0;
}

int run(int argc, const char* const* argv) {
  const auto parsed =
      parse_flags(argc, argv, [](const char* name) -> const char* { return std::getenv(name); });
  if (const auto* answer = std::get_if<Answer>(&parsed)) {
    print(answer->exit_status == 0 ? stdout : stderr, answer->text);
    return answer->exit_status;
  }
  return serve(std::get<Flags>(parsed));
}

}  // namespace
}  // namespace stepshake::server

int main(int argc, char** argv) { return stepshake::server::run(argc, argv); }
