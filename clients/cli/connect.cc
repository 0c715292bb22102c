// connect: a client session of the service shakes hands with a TCP peer. Afterwards the connection
// is closed cleanly, or carries application data.
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "cli/facts.h"
#include "cli/json.h"
#include "cli/peer_link.h"
#include "cli/session_flags.h"
#include "cli/text.h"
#include "cli/verbs.h"

namespace stepshake::cli {
namespace {

constexpr double kCloseSeconds = 1;         // for the peer to say its last
constexpr size_t kLargestFragment = 16384;  // bytes of data in one record

struct ConnectFlags {
  std::string address;
  SessionFlags session;
  double timeout = 10;
  bool stdio = false;
  bool read = false;
  bool verbose = false;
};

class Connection {
 public:
  Connection(const ConnectFlags& flags, Format format, PeerLink link)
      : flags_(flags), format_(format), link_(std::move(link)) {}

  absl::StatusOr<Progress> converse();
  absl::StatusOr<Progress> close();
  absl::StatusOr<Progress> after_handshake();
  PeerLink& link() { return link_; }

 private:
  void show_data() const;

  const ConnectFlags& flags_;
  Format format_;
  PeerLink link_;
};

// In JSON the data stands in the steps.
void Connection::show_data() const {
  if (format_ == Format::kText) print(link_.last().data());
}

// Data both ways until the peer closes. The end of stdin becomes a close_notify, which closes one
// direction.
absl::StatusOr<Progress> Connection::converse() {
  bool stdin_open = flags_.stdio;
  for (;;) {
    while (link_.has_unread_input()) {
      const auto progress = link_.call(v1::CALL_READ);
      if (!progress.ok()) return progress;
      if (*progress == Progress::kWantInput) break;
      if (*progress != Progress::kDone) return progress;
      show_data();
    }
    const Progress waited = stdin_open ? link_.await(0, STDIN_FILENO) : link_.await();
    if (waited == Progress::kDone) continue;
    if (waited != Progress::kWantInput) return waited;
    char data[kLargestFragment];
    const ssize_t count = ::read(STDIN_FILENO, data, sizeof data);
    stdin_open = count > 0;
    const auto progress =
        stdin_open ? link_.write({data, static_cast<size_t>(count)}) : link_.shutdown();
    if (!progress.ok() || *progress == Progress::kFailed) return progress;
  }
}

// Sends close_notify, and hears what the peer had yet to say: in TLS 1.3 a server refuses a
// client's certificate only after the client has finished.
absl::StatusOr<Progress> Connection::close() {
  auto progress = link_.shutdown();
  if (!progress.ok() || *progress != Progress::kDone) return progress;
  link_.half_close();
  const auto deadline = Clock::now() + std::chrono::duration<double>(kCloseSeconds);
  for (;;) {
    const std::chrono::duration<double> left = deadline - Clock::now();
    if (left.count() <= 0 || link_.await(left.count()) != Progress::kDone ||
        link_.at_end_of_file()) {
      return Progress::kDone;
    }
    do {
      progress = link_.call(v1::CALL_READ);
      if (!progress.ok() || *progress == Progress::kFailed) return progress;
    } while (*progress == Progress::kDone && link_.has_unread_input());
    if (*progress == Progress::kClosed) return Progress::kDone;
  }
}

absl::StatusOr<Progress> Connection::after_handshake() {
  if (!flags_.stdio && !flags_.read) return close();
  const auto progress = converse();
  if (!progress.ok()) return progress;
  if (*progress == Progress::kFailed && link_.at_end_of_file()) {
    print_error("the peer ended the connection without close_notify: data may be missing");
    return Progress::kClosed;
  }
  if (*progress == Progress::kFailed) {
    link_.half_close();
    link_.drain();
    return progress;
  }
  if (*progress == Progress::kClosed) {
    const auto answered = link_.shutdown();
    if (!answered.ok()) return answered;
  }
  return progress;
}

class Report {
 public:
  Report(const ConnectFlags& flags, Format format, std::string peer)
      : flags_(flags), format_(format), peer_(std::move(peer)) {}

  void step(const v1::StepResponse& step) const {
    if (format_ == Format::kJson) {
      print(JsonObject().add("event", "step").add("side", "client").add("step", step).line());
    } else if (flags_.verbose) {
      std::fputs(absl::StrCat(step_line(step), "\n").c_str(), stderr);
    }
  }

  // With --stdio or --read, stdout is the peer's data.
  void complete(const v1::Negotiated& negotiated) const {
    if (format_ == Format::kJson) return;
    const std::string text = absl::StrCat("handshake with ", flags_.address, " (", peer_,
                                          ") complete\n", facts_text(negotiated));
    if (flags_.stdio || flags_.read) {
      std::fputs(text.c_str(), stderr);
    } else {
      print(text);
    }
  }

  void end(const PeerLink& link, bool handshake_complete, const std::string& error) const {
    if (!error.empty()) {
      print_error(absl::StrCat(handshake_complete ? "after the handshake with " : "handshake with ",
                               flags_.address, handshake_complete ? ": " : " failed: ", error));
    }
    if (format_ == Format::kText) return;
    JsonObject object;
    object.add("event", "end")
        .add("complete", handshake_complete)
        .add("peer", peer_)
        .add("steps", link.last().step())
        .add("negotiated", link.negotiated());
    if (link.last().has_failure()) object.add("failure", link.last().failure());
    if (!error.empty()) object.add("error", error);
    print(object.line());
  }

 private:
  const ConnectFlags& flags_;
  Format format_;
  std::string peer_;
};

absl::StatusOr<ExitStatus> talk(const ConnectFlags& flags, const Invocation& invocation,
                                Service& service, const StopSignals& stop,
                                const OwnedSession& session, Descriptor socket) {
  const Report report(flags, invocation.format, peer_address(socket.get()));
  PeerLink::Options options{
      .timeout_seconds = flags.timeout,
      .on_step = [&report](const v1::StepResponse& step) { report.step(step); }};
  Connection connection(
      flags, invocation.format,
      PeerLink(service, stop, session.name(), std::move(socket), std::move(options)));
  PeerLink& link = connection.link();
  auto progress = link.handshake();
  if (!progress.ok()) return progress.status();
  const bool complete = *progress == Progress::kDone;
  if (complete) {
    report.complete(link.negotiated());
    progress = connection.after_handshake();
    if (!progress.ok()) return progress.status();
  } else if (*progress == Progress::kFailed) {
    link.half_close();
    link.drain();
  }
  const bool failed = !complete || *progress == Progress::kFailed;
  report.end(link, complete, failed ? link.explain(*progress) : "");
  if (const int signal = stop.caught()) return interrupted_by(signal);
  return failed ? ExitStatus::kFailed : ExitStatus::kComplete;
}

absl::StatusOr<ExitStatus> run_connect(const ConnectFlags& flags, const Invocation& invocation) {
  const auto address = parse_address(flags.address);
  if (!address.ok()) return address.status();
  if (address->host.empty() || address->port == 0) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", flags.address, "' names no host or no port; write HOST:PORT, as in localhost:443"));
  }
  const StopSignals stop;
  Service service(invocation.access);
  CodePointNames names(service);
  SessionFlags session_flags = flags.session;
  session_flags.default_servername = address->host;
  const auto config = build_config(session_flags, v1::ROLE_CLIENT, names);
  if (!config.ok()) return config.status();
  const auto session = OwnedSession::create(service, *config);
  if (!session.ok()) return session.status();
  auto socket = dial(*address, flags.timeout, stop.descriptor());
  if (const int signal = stop.caught()) return interrupted_by(signal);
  if (!socket.ok()) {
    print_error(absl::StrCat("cannot connect to ", flags.address, ": ", socket.status().message()));
    return ExitStatus::kFailed;
  }
  return talk(flags, invocation, service, stop, *session, std::move(*socket));
}

void add_options(CLI::App& verb, ConnectFlags& flags) {
  verb.add_option("ADDRESS", flags.address, "HOST:PORT, or [IPV6]:PORT")->required();
  add_negotiation_options(verb, flags.session, "", "Negotiation");
  add_servername_options(verb, flags.session, "Trust");
  add_trust_options(verb, flags.session, "", "Trust");
  add_identity_options(verb, flags.session, "", "Client certificate");
  auto* const stdio = verb.add_flag("--stdio", flags.stdio,
                                    "After the handshake, send stdin and print what comes back, "
                                    "until the peer closes");
  verb.add_flag("--read", flags.read,
                "After the handshake, only print what comes, until the peer closes")
      ->excludes(stdio);
  verb.add_option("--timeout", flags.timeout,
                  "For the connection, and for each wait on the peer (0: none)")
      ->type_name("SECONDS")
      ->capture_default_str()
      ->check(CLI::NonNegativeNumber.description(""));
  verb.add_flag("-v,--verbose", flags.verbose, "Each step, on stderr");
}

}  // namespace

void add_connect(CLI::App& app, Invocation& invocation) {
  auto flags = std::make_shared<ConnectFlags>();
  CLI::App& verb =
      *app.add_subcommand("connect", "Shake hands with a TLS server: a client in the service");
  add_options(verb, *flags);
  verb.footer(absl::StrCat(
      "The name to send and to check is HOST unless --servername gives another. Without a CA the "
      "peer's chain is checked against nothing, and the verdict is shown. After the handshake the "
      "connection is closed with close_notify, unless --stdio or --read ask for data. The end of "
      "stdin sends close_notify, and what the peer still sends is printed.\n\n",
      kListsHelp,
      "\nEXAMPLES\n"
      "  stepshake connect localhost:4433 --ca ca.pem\n"
      "  stepshake connect [::1]:4433 --servername localhost --groups P-256 -v\n"
      "  printf 'GET / HTTP/1.0\\r\\n\\r\\n' | stepshake connect localhost:4433 --stdio\n"
      "  stepshake connect localhost:4433 --cert me.pem --key me.key -o json\n\n"
      "EXIT STATUS\n"
      "  0 handshake complete, 1 it failed or the peer could not be reached, 2 misuse, 3 service "
      "unreachable, 130 or 143 interrupted\n"));
  verb.callback([flags, &invocation] {
    invocation.run = [flags, &invocation] { return run_connect(*flags, invocation); };
  });
}

}  // namespace stepshake::cli
