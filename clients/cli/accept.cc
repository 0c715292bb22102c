// accept: server sessions of the service for real TCP clients. Each connection has its own session
// and its own thread: a peer that dawdles holds up nobody, and one that misbehaves ends nothing but
// its own connection.
#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <list>
#include <memory>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/facts.h"
#include "cli/json.h"
#include "cli/peer_link.h"
#include "cli/session_flags.h"
#include "cli/text.h"
#include "cli/verbs.h"
#include "cli/www.h"

namespace stepshake::cli {
namespace {

constexpr size_t kLargestRequest = 65536;  // bytes of an HTTP request
constexpr double kBusyPause = 0.02;        // seconds before looking again for a free place

struct AcceptFlags {
  std::string address;
  SessionFlags session;
  bool www = false;
  bool echo = false;
  uint64_t naccept = 0;
  size_t max_connections = 512;
  double timeout = 60;
  bool verbose = false;
};

// What all connections share.
struct Shared {
  const AcceptFlags& flags;
  Format format;
  Service& service;
  const StopSignals& stop;
  const v1::SessionConfig& config;
  std::atomic<uint64_t> failures = 0;
};

class AcceptedConnection {
 public:
  AcceptedConnection(Shared& shared, Descriptor socket)
      : shared_(shared), peer_(peer_address(socket.get())), socket_(std::move(socket)) {}

  void run();

 private:
  absl::StatusOr<Progress> serve(PeerLink& link) const;
  absl::StatusOr<Progress> serve_page(PeerLink& link) const;
  void report_step(const v1::StepResponse& step) const;
  void report(absl::string_view session, const PeerLink* link, bool complete,
              const std::string& error) const;

  Shared& shared_;
  std::string peer_;
  Descriptor socket_;
};

void AcceptedConnection::run() {
  auto created = OwnedSession::create(shared_.service, shared_.config);
  if (!created.ok()) {
    report("", nullptr, false, std::string(created.status().message()));
    return;
  }
  std::optional<OwnedSession> session(std::move(*created));
  PeerLink link(shared_.service, shared_.stop, session->name(), std::move(socket_),
                {.timeout_seconds = shared_.flags.timeout,
                 .on_step = [this](const v1::StepResponse& step) { report_step(step); }});
  // The first flight is the client's: nothing to do before it has come.
  absl::StatusOr<Progress> progress = link.await();
  if (*progress == Progress::kDone) progress = link.handshake();
  const bool complete = progress.ok() && *progress == Progress::kDone;
  const auto why = [&] {
    return progress.ok() ? link.explain(*progress) : std::string(progress.status().message());
  };
  report(session->name(), &link, complete, complete ? "" : why());
  if (complete) {
    progress = serve(link);
    if (progress.ok() && (*progress == Progress::kClosed || *progress == Progress::kTimedOut ||
                          *progress == Progress::kStopped)) {
      (void)link.shutdown();  // the answer to close_notify, or our own
    }
  }
  if (complete && shared_.flags.verbose && (!progress.ok() || *progress == Progress::kFailed)) {
    print_error(absl::StrCat(peer_, " after the handshake: ", why()));
  }
  link.half_close();
  session.reset();  // while the peer reads what we sent last
  link.drain();
}

absl::StatusOr<Progress> AcceptedConnection::serve(PeerLink& link) const {
  if (shared_.flags.www) return serve_page(link);
  for (;;) {
    auto progress = link.read();
    if (!progress.ok() || *progress != Progress::kDone) return progress;
    if (shared_.flags.echo) {
      progress = link.write(std::string(link.last().data()));
      if (!progress.ok() || *progress != Progress::kDone) return progress;
    }
  }
}

absl::StatusOr<Progress> AcceptedConnection::serve_page(PeerLink& link) const {
  std::string request;
  while (!has_request_head(request) && request.size() < kLargestRequest) {
    const auto progress = link.read();
    if (!progress.ok() || *progress != Progress::kDone) return progress;
    request += link.last().data();
  }
  const auto progress = link.write(facts_page(link.negotiated()));
  if (!progress.ok() || *progress != Progress::kDone) return progress;
  return link.shutdown();
}

void AcceptedConnection::report_step(const v1::StepResponse& step) const {
  if (!shared_.flags.verbose) return;
  if (shared_.format == Format::kJson) {
    print(JsonObject()
              .add("event", "step")
              .add("side", "server")
              .add("peer", peer_)
              .add("step", step)
              .line());
  } else {
    std::fputs(absl::StrCat(peer_, " ", step_line(step), "\n").c_str(), stderr);
  }
}

// One line for each handshake.
void AcceptedConnection::report(absl::string_view session, const PeerLink* link, bool complete,
                                const std::string& error) const {
  if (!complete) ++shared_.failures;
  if (shared_.format == Format::kText) {
    print(complete ? absl::StrCat(peer_, " complete ", facts_line(link->negotiated()), "\n")
                   : absl::StrCat(peer_, " failed: ", error, "\n"));
    return;
  }
  JsonObject object;
  object.add("event", "handshake").add("peer", peer_).add("session", session);
  object.add("complete", complete);
  if (link != nullptr) {
    object.add("negotiated", link->negotiated());
    if (link->last().has_failure()) object.add("failure", link->last().failure());
  }
  if (!error.empty()) object.add("error", error);
  print(object.line());
}

// Threads that are joined once they have ended, at the latest with their owner.
class Workers {
 public:
  Workers() = default;
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  ~Workers() {
    for (Worker& worker : workers_) worker.thread.join();
  }

  // Throws std::system_error when the system has no thread to spare.
  template <class Work>
  void start(Work work) {
    auto ended = std::make_shared<std::atomic<bool>>(false);
    std::thread thread([work = std::move(work), ended]() mutable {
      work();
      *ended = true;
    });
    workers_.push_back({std::move(thread), std::move(ended)});
  }

  // How many are at work.
  size_t count() {
    workers_.remove_if([](Worker& worker) {
      if (!*worker.ended) return false;
      worker.thread.join();
      return true;
    });
    return workers_.size();
  }

 private:
  struct Worker {
    std::thread thread;
    std::shared_ptr<std::atomic<bool>> ended;
  };
  std::list<Worker> workers_;
};

void start_connection(Workers& workers, Shared& shared, Descriptor socket) {
  try {
    auto connection = std::make_unique<AcceptedConnection>(shared, std::move(socket));
    workers.start([connection = std::move(connection)] { connection->run(); });
  } catch (const std::system_error& error) {
    ++shared.failures;
    print_error(absl::StrCat("a connection was dropped: ", error.what()));
  }
}

// Until a signal comes, or enough connections have.
void accept_all(int listener, Shared& shared) {
  Workers workers;
  const int stop = shared.stop.descriptor();
  uint64_t accepted = 0;
  while (shared.flags.naccept == 0 || accepted < shared.flags.naccept) {
    if (workers.count() >= shared.flags.max_connections) {
      if (wait_for({.stop = stop, .deadline = deadline_in(kBusyPause)}) == Ready::kStopped) return;
      continue;
    }
    if (wait_for({.socket = listener, .stop = stop}) == Ready::kStopped) return;
    Descriptor socket = accept_from(listener);
    if (socket.valid()) {
      ++accepted;
      start_connection(workers, shared, std::move(socket));
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
      // Connections that end will make room.
      if (wait_for({.stop = stop, .deadline = deadline_in(kBusyPause)}) == Ready::kStopped) return;
    }
  }
}

void print_listening(Format format, const std::string& address) {
  print(format == Format::kJson
            ? JsonObject().add("event", "listening").add("address", address).line()
            : absl::StrCat("listening on ", address, "\n"));
}

absl::StatusOr<ExitStatus> run_accept(const AcceptFlags& flags, const Invocation& invocation) {
  auto address = parse_address(flags.address);
  if (!address.ok()) return address.status();
  if (address->host.empty()) address->host = "127.0.0.1";
  const StopSignals stop;
  Service service(invocation.access);
  CodePointNames names(service);
  const auto config = build_config(flags.session, v1::ROLE_SERVER, names);
  if (!config.ok()) return config.status();
  // A configuration that cannot work is better refused now than at each connection.
  const absl::Status usable = OwnedSession::create(service, *config).status();
  if (!usable.ok()) return usable;
  const auto listener = listen_on(*address);
  if (!listener.ok()) {
    return absl::InvalidArgumentError(
        absl::StrCat("cannot listen on ", flags.address, ": ", listener.status().message()));
  }
  print_listening(invocation.format, own_address(listener->get()));
  Shared shared{flags, invocation.format, service, stop, *config};
  accept_all(listener->get(), shared);
  const bool failed = flags.naccept > 0 && stop.caught() == 0 && shared.failures > 0;
  return failed ? ExitStatus::kFailed : ExitStatus::kComplete;
}

void add_options(CLI::App& verb, AcceptFlags& flags) {
  verb.add_option("ADDRESS", flags.address,
                  "[HOST:]PORT; HOST is 127.0.0.1 unless given, port 0 takes a free one")
      ->required();
  add_negotiation_options(verb, flags.session, "", "Negotiation");
  add_identity_options(verb, flags.session, "", "Identity");
  add_client_auth_options(verb, flags.session, "Client certificates");
  add_trust_options(verb, flags.session, "", "Client certificates");
  auto* const www = verb.add_flag(
      "--www", flags.www, "Answer an HTTP request with a page of what was agreed, and close");
  verb.add_flag("--echo", flags.echo, "Send each record's data back")->excludes(www);
  verb.add_option("-n,--naccept", flags.naccept, "End after so many connections")
      ->type_name("N")
      ->check(CLI::Range(uint64_t{1}, uint64_t{1} << 40).description(""));
  verb.add_option("--max-connections", flags.max_connections,
                  "At most so many at once; further ones wait")
      ->type_name("N")
      ->capture_default_str()
      ->check(CLI::Range(1, 10000).description(""));
  verb.add_option("--timeout", flags.timeout, "For each wait on a peer (0: none)")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber.description(""));
  verb.add_flag("-v,--verbose", flags.verbose, "Each step, on stderr (with -o json: on stdout)");
}

}  // namespace

void add_accept(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<AcceptFlags>();
  CLI::App& verb =
      *app.add_subcommand("accept", "Shake hands with TLS clients: servers in the service");
  add_options(verb, *flags);
  verb.footer(absl::StrCat(
      "First \"listening on HOST:PORT\" is printed, then a line for each handshake. Without --www "
      "and --echo the clients' data is read and dropped. The server shows the test identity "
      "\"ecdsa\" unless it is given a certificate. SIGINT and SIGTERM end it.\n\n",
      kListsHelp,
      "\nEXAMPLES\n"
      "  stepshake accept 4433 --www\n"
      "  stepshake accept 0.0.0.0:4433 --cert chain.pem --key key.pem --alpn h2\n"
      "  stepshake accept 0 -n 1 --require-client-cert --ca clients.pem\n\n"
      "EXIT STATUS\n"
      "  0 ended by a signal, or after --naccept handshakes that were all complete, 1 one of those "
      "failed, 2 misuse, 3 service unreachable\n"));
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_accept(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
